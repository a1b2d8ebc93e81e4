import { lazy, Suspense } from 'react';
import { PlainOnError } from './PlainOnError';

const Typeset = lazy(() => import('./Typeset'));

interface Props {
  /** As it was written, with its delimiters. */
  source: string;
  /** None while the end of the formula is not there yet. */
  tex?: string;
  display?: boolean;
}

/** Its source, until the typesetter is here, and where it cannot be set. */
export function Maths({ source, tex, display = false }: Props) {
  const written = <code className="formula-source">{source}</code>;
  if (!tex) return written;
  return (
    <PlainOnError instead={written}>
      <Suspense fallback={written}>
        <Typeset source={source} tex={tex} display={display} />
      </Suspense>
    </PlainOnError>
  );
}
