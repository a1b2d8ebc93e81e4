import { Suspense } from 'react';
import { later } from '../kit/later';

const Install = later(() => import('./Install'));

/** What is seldom missing is not in the first load. */
export function InstallLater({ model }: { model: string }) {
  return (
    <Suspense fallback={null}>
      <Install model={model} />
    </Suspense>
  );
}
