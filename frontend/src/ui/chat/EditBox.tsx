import { useEffect, useLayoutEffect, useRef } from 'react';
import type { MessageRow } from '../../core';
import { draftKeys, useFormDraft } from '../form-draft';
import { formKeys, isLayerOpen } from '../keys';
import { Button } from '../kit/Button';
import { TextArea } from '../kit/Field';
import { useText } from '../text/text';

interface Props {
  message: MessageRow;
  /** Whether it can be asked at all. */
  canAsk: boolean;
  onCancel: () => void;
  onSave: (text: string, askAgain: boolean) => void;
}

/** `of` is what the message said when the editing began. */
interface Edit {
  text: string;
  of: string;
}

/** A question being rewritten, in its own place. What is typed is kept until it is saved or discarded. */
export function EditBox({ message, canAsk, onCancel, onSave }: Props) {
  const t = useText();
  const { text, returned, isBehind, change, drop } = useEdit(message);
  const area = useFocusAtEnd();
  const noWords = !text.trim();
  const empty = noWords && !message.parts?.some((part) => part.type === 'file');
  const unsent = message.rev === 0; // The server does not have it: there is only sending it.
  const blocked = unsent || canAsk ? empty : noWords;

  function save() {
    if (!blocked) onSave(text, canAsk);
  }

  function discard() {
    drop();
    onCancel();
  }

  return (
    <form
      className="w-full max-w-[580px] pb-2"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {isBehind && <ChangedMeanwhile text={message.content} />}
      <TextArea
        ref={area}
        aria-label={t.chat.editing}
        value={text}
        onChange={(event) => change(event.target.value)}
        onKeyDown={formKeys(onCancel, save)}
      />
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        {returned && <p className="mr-auto text-ink-2 text-sm">{t.form.unsaved}</p>}
        <Button small variant="ghost" onClick={discard}>
          {returned ? t.chat.discard : t.cancel}
        </Button>
        {!unsent && canAsk && (
          <Button small disabled={noWords} onClick={() => onSave(text, false)}>
            {t.archive.saveOnly}
          </Button>
        )}
        <Button small variant="primary" type="submit" disabled={blocked}>
          {unsent ? t.chat.send : canAsk ? t.chat.saveAndAsk : t.archive.saveOnly}
        </Button>
      </div>
    </form>
  );
}

function useEdit({ conversation_id, message_id, content }: MessageRow) {
  const { draft, returned, keep } = useFormDraft<Edit>(draftKeys.edit(conversation_id, message_id));
  return {
    text: String(draft?.text ?? content),
    returned,
    /** The message says something else since the editing began. */
    isBehind: draft !== undefined && draft.of !== content,
    change: (text: string) => keep((now) => (text === content ? null : { text, of: now?.of ?? content })),
    drop: () => keep(() => null),
  };
}

export function ChangedMeanwhile({ text }: { text: string }) {
  const t = useText().hands;
  return (
    <div role="note" className="mb-2 border-warn border-l-2 py-1 pl-3 text-sm">
      <p>{t.changedMeanwhile}</p>
      <p dir="auto" className="max-h-40 overflow-y-auto whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
        {text}
      </p>
    </div>
  );
}

/** Back to where the focus came from, when it is left and that is still there. */
function useFocusAtEnd() {
  const area = useRef<HTMLTextAreaElement>(null);
  const origin = useRef(document.activeElement);
  useEffect(() => {
    if (isLayerOpen()) return; // left open the last time, and back after something was opened over it
    area.current?.focus();
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
  }, []);
  useLayoutEffect(() => {
    const [box, from] = [area.current, origin.current];
    return () => {
      if (document.activeElement === box && from instanceof HTMLElement && from.isConnected) from.focus();
    };
  }, []);
  return area;
}
