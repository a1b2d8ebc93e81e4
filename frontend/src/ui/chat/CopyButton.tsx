import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../kit/Button';
import { useText } from '../text/text';

const SHOWN_MS = 1500;

/** The Clipboard API is absent on plain http in a LAN; a selected text area works everywhere. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      small
      label={copied ? t.chat.copied : (label ?? t.chat.copy)}
      onClick={() => copyText(text).then(() => setCopied(true))}
    >
      {copied ? <Check className="text-good" /> : <Copy />}
    </IconButton>
  );
}
