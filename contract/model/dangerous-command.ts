/** Programs that take a device down, off the network or out of reach, whatever their arguments are. */
const ALWAYS = new Set(
  `reboot shutdown poweroff halt kexec wipefs fdisk sfdisk cfdisk gdisk sgdisk parted mkswap blkdiscard shred
  flashcp flash_erase iptables ip6tables iptables-restore nft ufw userdel deluser groupdel passwd chpasswd usermod
  ifdown rfkill switch_root pivot_root`.split(/\s+/),
);

/** Words that make a program dangerous when they come after it. */
const WITH_WORD: Record<string, RegExp> = {
  rm: /^(-(?!-)[^rRf]*[rRf]|--recursive$|--force$)/,
  dd: /^of=/,
  init: /^[06]$/,
  telinit: /^[06]$/,
  systemctl:
    /^(stop|disable|mask|kill|isolate|rescue|emergency|poweroff|reboot|halt|kexec|suspend|hibernate)$/,
  service: /^stop$/,
  'rc-service': /^stop$/,
  apt: /^(remove|purge|autoremove|full-upgrade|dist-upgrade)$/,
  'apt-get': /^(remove|purge|autoremove|full-upgrade|dist-upgrade)$/,
  aptitude: /^(remove|purge|full-upgrade|dist-upgrade)$/,
  dpkg: /^(-r|-P|--remove|--purge)$/,
  dnf: /^(remove|erase|autoremove|distro-sync|system-upgrade)$/,
  yum: /^(remove|erase|autoremove|distro-sync)$/,
  apk: /^del$/,
  rpm: /^(-e\w*|--erase)$/,
  pacman: /^-R\w*$/,
  snap: /^remove$/,
  ip: /^(set|del|delete|flush|down)$/,
  ifconfig: /^down$/,
  nmcli: /^(down|off|delete|disconnect)$/,
  chmod: /^(-(?!-)[^R]*R|--recursive$)/,
  chown: /^(-(?!-)[^R]*R|--recursive$)/,
  chgrp: /^(-(?!-)[^R]*R|--recursive$)/,
  find: /^(-delete|rm)$/,
  xargs: /^rm$/,
  crontab: /^-r$/,
  tee: /^\/dev\/(sd|hd|vd|xvd|mmcblk|nvme|mtd)/,
  cp: /^\/dev\/(sd|hd|vd|xvd|mmcblk|nvme|mtd)/,
  '>': /^\/dev\/(sd|hd|vd|xvd|mmcblk|nvme|mtd)/,
};

/** What ends one command of a line: `rm a; ls -r` removes nothing recursively. Substitutions and quotes count as well. */
const COMMAND_END = /[\n\r;|&()`{}]/;
const WORD_END = /[\s"'\\,]+/;

/**
 * Whether a command line or script looks as if it could hurt the device. It reads words, not shell: it errs on the
 * side of asking, and whoever wants to can hide from it. Takes time in proportion to the text.
 */
export function isDangerousCommand(text: string): boolean {
  if (text.includes(':|:')) return true; // the usual fork bomb
  return text.replaceAll('>', ' > ').split(COMMAND_END).some(isDangerousPart);
}

function isDangerousPart(part: string): boolean {
  const seen = new Set<string>();
  for (const word of part.split(WORD_END)) {
    const program = word.slice(word.lastIndexOf('/') + 1);
    if (ALWAYS.has(program) || program.startsWith('mkfs')) return true;
    for (const earlier of seen) if (WITH_WORD[earlier]?.test(word)) return true;
    if (Object.hasOwn(WITH_WORD, program)) seen.add(program);
  }
  return false;
}
