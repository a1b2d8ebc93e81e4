import { ImageOff } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { useText } from '../../text/text';
import { isSafeImage, isSafeLink, isWeb } from './addresses';

interface LinkProps {
  href: string;
  title?: string;
  children: ReactNode;
}

export function Link({ href, children, title }: LinkProps) {
  if (!isSafeLink(href)) return <span>{children}</span>;
  return (
    <a href={href} title={title} target={isWeb(href) ? '_blank' : undefined} rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

interface PlaceLinkProps {
  /** Of the element that it leads to, in the same message. */
  to: string;
  id?: string;
  label?: string;
  className?: string;
  children: ReactNode;
}

/** Leads to another place of the same message, without a page in the history. */
export function PlaceLink({ to, label, children, ...rest }: PlaceLinkProps) {
  const go = (event: MouseEvent) => {
    const place = document.getElementById(to);
    event.preventDefault();
    place?.scrollIntoView({ block: 'center' });
    place?.focus({ preventScroll: true });
  };
  return (
    <a {...rest} href={`#${to}`} aria-label={label} onClick={go}>
      {children}
    </a>
  );
}

export function Image({ src, alt, title }: { src: string; alt: string; title?: string }) {
  const t = useText();
  if (isSafeImage(src)) return <img src={src} alt={alt} title={title} loading="lazy" />;
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-2 rounded-s border border-line border-dashed px-2 py-1 text-ink-2 text-sm">
      <ImageOff aria-hidden className="size-4 shrink-0 text-ink-3" />
      {t.chat.image(alt)}
      {isWeb(src) && <Link href={src}>{t.chat.openImage}</Link>}
    </span>
  );
}
