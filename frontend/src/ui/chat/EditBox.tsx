import { useEffect, useRef, useState } from 'react';
import { Button } from '../kit/Button';
import { TextArea } from '../kit/Field';
import { useText } from '../text/text';

interface Props {
  text: string;
  /** The server does not have it: there is only sending it. */
  unsent: boolean;
  onCancel: () => void;
  onSave: (text: string, askAgain: boolean) => void;
}

/** A question being rewritten, in its own place. */
export function EditBox({ text, unsent, onCancel, onSave }: Props) {
  const t = useText();
  const [value, setValue] = useState(text);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  const empty = !value.trim();
  return (
    <form
      className="ml-auto max-w-[580px] pb-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) onSave(value, true);
      }}
    >
      <TextArea
        ref={area}
        aria-label={t.chat.editing}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            onCancel();
          }
        }}
      />
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <Button small look="ghost" onClick={onCancel}>
          {t.cancel}
        </Button>
        {!unsent && (
          <Button small disabled={empty} onClick={() => onSave(value, false)}>
            {t.archive.saveOnly}
          </Button>
        )}
        <Button small look="primary" type="submit" disabled={empty}>
          {unsent ? t.chat.send : t.chat.saveAndAsk}
        </Button>
      </div>
    </form>
  );
}
