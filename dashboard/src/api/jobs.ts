import { queryOptions } from '@tanstack/react-query';
import type { Job } from '../../../server/src/contract.ts';
import { api } from './client.ts';

const pollMs = 1000;

/** Begins to write a CSV file of all customers that a filter matches. */
export const exportCustomers = async (filter: string) =>
  (
    await api.post<Job>('/v2/jobs', {
      type: 'job',
      job_type: 'customer_export',
      // It is read as the parameter of a list is.
      filter: encodeURIComponent(filter),
    })
  ).data;

/** A job, asked for until it has ended. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', id],
    queryFn: async () => (await api.get<{ data: Job }>(`/v2/jobs/${id}`)).data,
    refetchInterval: ({ state }) =>
      state.data?.status === 'complete' || state.data?.status === 'failed' ? false : pollMs,
    gcTime: 0,
  });
