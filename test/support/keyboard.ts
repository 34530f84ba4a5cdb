import type { Page } from 'playwright-core';

/** Name of what has the focus, as a screen reader would say it, near enough to find it by. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return '';
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
    const label = labels.map((item) => item.textContent ?? '').join(' ');
    return `${element.getAttribute('aria-label') ?? ''} ${label} ${element.textContent ?? ''}`.trim();
  });
}

/** Presses Tab until something with this name has the focus, as somebody without a mouse does. */
export async function tabTo(
  page: Page,
  name: string | RegExp,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press(key);
    const focused = await focusedName(page);
    if (typeof name === 'string' ? focused.startsWith(name) : name.test(focused)) return;
    passed.push(focused.slice(0, 40));
  }
  throw new Error(`Tab never reached “${name}”. It passed: ${passed.join(' | ')}`);
}
