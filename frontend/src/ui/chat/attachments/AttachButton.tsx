import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { Tooltip } from '../../kit/Tooltip';
import { useText } from '../../text/text';

export function AttachButton({ disabled, onFiles }: { disabled?: boolean; onFiles: (files: File[]) => void }) {
  const t = useText().files;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-attach
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = ''; // the same one may be chosen again
        }}
      />
      <Tooltip text={t.attach}>
        <button
          type="button"
          aria-label={t.attach}
          disabled={disabled}
          onClick={() => input.current?.click()}
          className="flex size-10 shrink-0 items-center justify-center rounded-[8px] text-ink-3 transition-colors duration-100 hover:bg-paper-3 hover:text-ink disabled:opacity-50"
        >
          <Paperclip aria-hidden className="size-5" />
        </button>
      </Tooltip>
    </>
  );
}
