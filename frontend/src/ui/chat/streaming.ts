import { createContext, useContext } from 'react';

/** Whether the message around is still being written: what it will be in the end is not known yet. */
export const StreamingContext = createContext(false);

export const useStreaming = () => useContext(StreamingContext);
