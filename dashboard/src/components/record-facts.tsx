import type { Customer } from '../../../server/src/contract.ts';
import { formatMoment } from '../dates.ts';
import { texts } from '../texts.ts';
import { CopyButton } from './copy-button.tsx';

interface IdFactProps {
  /** What the id is of. */
  readonly label: string;
  readonly id: string;
}

/** An id in a list of facts, to be copied. */
export function IdFact({ label, id }: IdFactProps) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <span className="break tabular id">{id}</span>
        <CopyButton value={id} label={label} />
      </dd>
    </>
  );
}

/** The id of a resource and its times, in a list of facts. */
export function RecordFacts({ meta, ...id }: IdFactProps & Pick<Customer, 'meta'>) {
  return (
    <>
      <IdFact {...id} />
      <dt>{texts.record.created}</dt>
      <dd>{formatMoment(meta.timestamps.created_at)}</dd>
      <dt>{texts.record.updated}</dt>
      <dd>{formatMoment(meta.timestamps.updated_at)}</dd>
    </>
  );
}
