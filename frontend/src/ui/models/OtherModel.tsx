import { type ReactNode, useState } from 'react';
import { Button } from '../kit/Button';
import { useText } from '../text/text';

/** A button that leads to the choice of another model. `choice` is given what closes it. */
export function OtherModel({ choice }: { choice: (onClose: () => void) => ReactNode }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button small variant="ghost" onClick={() => setOpen(true)}>
        {t.models.other}
      </Button>
      {open && choice(() => setOpen(false))}
    </>
  );
}
