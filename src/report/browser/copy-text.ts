/** Copies by the clipboard's API, or where a page from a file may not use it, by selecting. */
export async function copyText(source: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    const selection = document.getSelection();
    selection?.selectAllChildren(source);
    // Deprecated, and the only way where the API is not allowed.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    document.execCommand('copy');
    selection?.removeAllRanges();
  }
}
