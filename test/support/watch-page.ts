/** What a page says or asks for that it should not: console, errors, dialogs, requests to elsewhere. */
import type { Page } from 'playwright-core';

/**
 * Listens from now on; the list grows as the page complains. Dialogs are dismissed.
 * @param isOwn whether an address, which is no `data:`, is one that the page may ask for
 */
export function watchPage(page: Page, isOwn: (url: string) => boolean): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!isOwn(url) && !url.startsWith('data:')) complaints.push(`request: ${url}`);
  });
  return complaints;
}
