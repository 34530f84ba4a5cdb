import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDangerousCommand } from './dangerous-command.ts';

test.each([
  'rm -rf /',
  'rm -Rf build',
  'rm -v -r build',
  'rm -rfv build',
  'rm --recursive build',
  'sudo rm -f /etc/fstab',
  'sh -c "rm -rf /tmp/x"',
  'find . -name "*.log" -delete',
  'find /var -type f | xargs rm',
  'dd if=image of=/dev/mmcblk0 bs=4M',
  'cat image > /dev/sda',
  'cat image >/dev/nvme0n1',
  'xzcat image | tee /dev/sda',
  'mkfs.ext4 /dev/sda1',
  '/sbin/reboot',
  'sleep 5; shutdown -h now',
  'init 6',
  'systemctl stop ssh',
  'systemctl --now disable networking',
  'service ssh stop',
  'apt-get -y purge openssh-server',
  'apt full-upgrade',
  'dpkg -r openssh-server',
  'ip link set eth0 down',
  'nmcli connection down eth0',
  'iptables -F',
  'passwd -l root',
  'chmod -R 777 /',
  'chown pi:pi --recursive /',
  'crontab -r',
  'import os; os.system("rm -rf /")',
  'echo $(poweroff)',
  ':(){ :|:& };:',
])('%s is dangerous', (command) => {
  expect(isDangerousCommand(command)).toBe(true);
});

test.each([
  '',
  'uptime',
  'rm file.txt',
  'rm a; ls -r',
  'ls -rf',
  'echo "format"',
  'cat /var/run/reboot-required',
  'systemctl status ssh',
  'systemctl restart app',
  'apt update && apt list --upgradable',
  'apt install -y firmware-linux',
  'ip -s link show',
  'ip addr',
  'dd if=/dev/zero bs=1M count=1 | md5sum',
  'echo hello > /dev/null',
  'grep -r term /etc',
  'find . -name core',
  'chmod +x run.sh',
  'dmesg | grep -i mmcblk0',
])('%s is not dangerous', (command) => {
  expect(isDangerousCommand(command)).toBe(false);
});

test('long and repetitive texts take time in proportion to their length', () => {
  const texts = [
    'dd ',
    'apt a ',
    'rm -',
    '> ',
    'ip link ',
    '-r',
    'rm\n',
    '"',
    '/',
    'systemctl ',
    ' ',
    '\\',
    '()',
  ];
  for (const text of texts)
    for (const head of ['', 'rm ', 'rm -', 'dd ', 'chmod -', 'apt '])
      isDangerousCommand(head + text.repeat(Math.ceil(131_072 / text.length)));
}, 10_000);

test('any text is judged', () => {
  const words = fc.constantFrom(
    'rm',
    '-rf',
    'dd',
    'of=',
    '>',
    '/dev/sda',
    ';',
    '|',
    '"',
    "'",
    '$(',
    ')',
    '\n',
    '__proto__',
    'constructor',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((list) => list.join(' ')),
  );
  fc.assert(fc.property(text, (command) => typeof isDangerousCommand(command) === 'boolean'));
});
