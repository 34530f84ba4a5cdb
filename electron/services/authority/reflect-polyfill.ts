// tsyringe, inside @peculiar/x509, looks for Reflect metadata while it loads. Imports run in order,
// so this module has to stand before '@peculiar/x509' wherever that is imported.
import 'reflect-metadata';
