import { createContext, useCallback, useContext } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import type { ArtifactRow } from '../../core';

/** Of the conversation that is shown. */
export const ArtifactsContext = createContext<readonly ArtifactRow[]>([]);

/** What a reply made, without what is in the trash. */
export function useArtifactsOf(messageId: string): ArtifactRow[] {
  return useContext(ArtifactsContext).filter((row) => row.message_id === messageId && !row.deleted_at);
}

/** The state of a visit that began with a click on the page: going back closes what it opened. */
export const FROM_PAGE = { artifact: true };

/** The one that the address names, and the way to close it. */
export function useOpenArtifact(): { id: string | null; close: () => void } {
  const [search, setSearch] = useSearchParams();
  const { state } = useLocation();
  const navigate = useNavigate();
  const close = useCallback(() => {
    if (state?.artifact) return void navigate(-1);
    setSearch(
      (now) => {
        now.delete('artifact');
        return now;
      },
      { replace: true },
    );
  }, [state, navigate, setSearch]);
  return { id: search.get('artifact'), close };
}
