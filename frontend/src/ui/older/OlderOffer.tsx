import { Suspense, useState } from 'react';
import { later } from '../kit/later';
import { offersOlder } from './keeps-older';

/** It is offered again at the next start, where it cannot be had now. */
const OlderChats = later(
  () => import('./OlderChats'),
  () => null,
);

/** Fetched by those browsers alone in which there is something to offer. */
export function OlderOffer() {
  const [isOffered] = useState(offersOlder);
  return isOffered ? (
    <Suspense fallback={null}>
      <OlderChats />
    </Suspense>
  ) : null;
}
