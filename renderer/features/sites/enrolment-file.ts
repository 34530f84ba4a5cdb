import type { EnrolmentFile } from '../../../contract/model/enrolment.ts';

/** A file name that every system takes: `Plant Süd` → `plant-sued.muster`. */
export function enrolmentFileName(siteName: string): string {
  const plain = siteName
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${plain || 'site'}.muster`;
}

/** Hands the file to the person. It holds a secret, so it is never kept here. */
export function saveEnrolmentFile(file: EnrolmentFile): void {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = enrolmentFileName(file.siteName);
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
