import { Smile } from 'lucide-react';
import { Popover, ToggleGroup } from 'radix-ui';
import { type ChangeEvent, useState } from 'react';
import { Button, IconButton } from '../kit/Button';
import { leaveFocus } from '../kit/Dialog';
import { Field, Input } from '../kit/Field';
import { oneGrapheme } from '../text/grapheme';
import { useText } from '../text/text';
import { EMOJI } from './emoji';

interface Props {
  value: string;
  onChange: (value: string) => void;
}

/** One emoji or letter: typed, pasted or chosen from a few. */
export function EmojiField({ value, onChange }: Props) {
  const { form: t } = useText();
  /** What an input method is still composing is not cut. */
  const [composed, setComposed] = useState<string>();

  function type({ target, nativeEvent }: ChangeEvent<HTMLInputElement>) {
    if ((nativeEvent as InputEvent).isComposing) setComposed(target.value);
    else onChange(oneGrapheme(target.value, value));
  }

  function settle(text: string) {
    setComposed(undefined);
    onChange(oneGrapheme(text, value));
  }

  return (
    <Field label={t.avatar} hint={t.avatarHint} className="w-24">
      {(props) => (
        <div className="flex">
          <Input
            {...props}
            value={composed ?? value}
            autoComplete="off"
            className="rounded-r-none text-center"
            onChange={type}
            onCompositionEnd={(event) => settle(event.currentTarget.value)}
          />
          <Picker value={value} onChange={onChange} />
        </div>
      )}
    </Field>
  );
}

function Picker({ value, onChange }: Props) {
  const { hands: t } = useText();
  const [open, setOpen] = useState(false);

  function choose(emoji: string) {
    onChange(emoji);
    setOpen(false);
  }

  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton label={t.chooseEmoji} className="size-10 rounded-l-none border border-line-strong border-l-0">
          <Smile />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={t.chooseEmoji}
          onCloseAutoFocus={leaveFocus}
          className="rise z-50 rounded-l border border-line bg-raised p-2 shadow-high"
        >
          <ToggleGroup.Root
            type="single"
            aria-label={t.chooseEmoji}
            value={value}
            onValueChange={choose}
            className="grid max-h-64 grid-cols-6 overflow-y-auto sm:grid-cols-8"
          >
            {EMOJI.map((emoji) => (
              <ToggleGroup.Item
                key={emoji}
                value={emoji}
                className="size-10 rounded-s text-xl hover:bg-paper-3 focus-visible:-outline-offset-2 data-[state=on]:bg-accent-soft data-[state=on]:ring-2 data-[state=on]:ring-accent data-[state=on]:ring-inset"
              >
                {emoji}
              </ToggleGroup.Item>
            ))}
          </ToggleGroup.Root>
          <Button small variant="ghost" className="mt-1 w-full" onClick={() => choose('')}>
            {t.noEmoji}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
