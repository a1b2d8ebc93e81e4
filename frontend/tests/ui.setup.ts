import 'fake-indexeddb/auto';
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);

// So long that only what hangs reaches it: a machine that does other work at the same time is slow, not wrong.
configure({ asyncUtilTimeout: 30_000 });
