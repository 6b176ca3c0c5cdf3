import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './client.ts';

/** Tries again what may succeed the next time: not what the API has refused. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiFailure && error.status >= 400 && error.status < 500),
    },
  },
});
