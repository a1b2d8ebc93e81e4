import type { ComponentProps } from 'react';
import { Input } from '../kit/Field';

/** For a name or an address that a machine reads: nothing about it is guessed or put right. */
export function ExactInput(props: ComponentProps<'input'>) {
  return <Input dir="ltr" maxLength={200} autoComplete="off" autoCapitalize="none" spellCheck={false} {...props} />;
}
