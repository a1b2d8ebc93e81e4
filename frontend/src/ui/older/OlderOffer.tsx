import { lazy, Suspense, useState } from 'react';
import { offersOlder } from './keeps-older';

const OlderChats = lazy(() => import('./OlderChats'));

/** Fetched by those browsers alone in which there is something to offer. */
export function OlderOffer() {
  const [isOffered] = useState(offersOlder);
  return isOffered ? (
    <Suspense fallback={null}>
      <OlderChats />
    </Suspense>
  ) : null;
}
