/** The nonce of this answer, which the centre wrote into the page (src/site/console.ts). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

const make = Document.prototype.createElement;

/**
 * Style sheets that scripts of ours make carry the nonce. Ant Design's own do, by ConfigProvider; what it makes in
 * passing (the locked scroll bar beneath a modal) does not, and the policy would refuse it.
 */
Object.defineProperty(Document.prototype, 'createElement', {
  configurable: true,
  writable: true,
  value(this: Document, name: string, options?: ElementCreationOptions): HTMLElement {
    const element = make.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  },
});
