/** Path of the application on its server, with a slash at its end. A server behind a proxy writes its own into the page. */
export function basePath(): string {
  const meta = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="locrit-base"]');
  return meta?.content ?? '/';
}
