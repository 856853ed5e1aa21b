/** Offers a file for download; the browser says where it goes. */
export function offer(name: string, media: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type: media }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has the bytes once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** From base64, as the API gives files. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
