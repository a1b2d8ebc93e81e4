/** Where a link may lead and from where an image may come, in a text that anyone may have written. */

const SAFE_LINK = /^(https?:\/\/|mailto:(?![^@]*@[^?]*\+)|\/(?![/\\])|#)/i;
const SAFE_IMAGE = /^(\/(?![/\\])|blob:|data:image\/)/i;
const WEB = /^https?:\/\//i;

export const isWeb = (address: string) => WEB.test(address);
export const isSafeLink = (href: string) => SAFE_LINK.test(href);
export const isSafeImage = (src: string) => SAFE_IMAGE.test(src) || src.startsWith(`${location.origin}/`);
