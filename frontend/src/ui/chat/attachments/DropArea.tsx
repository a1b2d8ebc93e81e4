import { useEffect, useState } from 'react';
import { useText } from '../../text/text';
import { useEventCallback } from '../../use-event-callback';

/** Files may be dropped anywhere on the page: while some are dragged over it, it says so. */
export function DropArea({ disabled, onFiles }: { disabled?: boolean; onFiles: (files: File[]) => void }) {
  const t = useText().files;
  const isOver = useDropped(useEventCallback((files: File[]) => !disabled && onFiles(files)));
  if (!isOver || disabled) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-40 flex items-center justify-center bg-scrim">
      <p className="rounded-l border-2 border-accent border-dashed bg-raised px-8 py-6 text-lg shadow-high">{t.drop}</p>
    </div>
  );
}

function useDropped(onFiles: (files: File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    let depth = 0; // entering a child comes before leaving its parent
    const step = (by: number) => {
      depth = by === 0 ? 0 : Math.max(0, depth + by);
      setIsOver(depth > 0);
    };
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => hasFiles(event) && step(1);
    const leave = (event: DragEvent) => hasFiles(event) && step(-1);
    const over = (event: DragEvent) => hasFiles(event) && event.preventDefault(); // else the browser opens them
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      step(0);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop };
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener);
    };
  }, [onFiles]);
  return isOver;
}
