import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customerTagsQuery } from '../../api/bulk.ts';
import { LeaveGuard } from '../../components/resource-form.tsx';

/** So many are offered: more are found by typing. */
const mostOffered = 6;

interface TagsFieldProps {
  readonly label: string;
  /** Where what stands before says what the field is. */
  readonly isLabelHidden?: boolean;
  /** Each is saved at once: one that is only begun stays in the input when it is left. */
  readonly isSavedAtOnce?: boolean;
  readonly description?: string;
  readonly value: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
  readonly isDisabled?: boolean;
  readonly error?: string | undefined;
}

/** A set of tags, which offers those of the store while one types. The API keeps them in lower case, and so does this. */
export function TagsField(props: TagsFieldProps) {
  const {
    label,
    isLabelHidden = false,
    isSavedAtOnce = false,
    description,
    value,
    onChange,
    isDisabled = false,
    error,
  } = props;
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [beginning] = useDebouncedValue(text.trim(), 150);
  const { data = [] } = useQuery({ ...customerTagsQuery(beginning), placeholderData: keepPreviousData });
  return (
    <>
      <LeaveGuard isDirty={isSavedAtOnce && text.trim() !== ''} />
      <TagsInput
        acceptValueOnBlur={!isSavedAtOnce}
        {...(isLabelHidden ? { 'aria-label': label } : { label })}
        {...(description !== undefined && { description })}
        placeholder={isLabelHidden ? label : ''}
        data={data.slice(0, mostOffered)}
        dropdownOpened={isOpen}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={event => setOpen(event.key !== 'Escape' && event.key !== 'Enter')}
        // The API has chosen them.
        filter={({ options }) => options}
        value={[...value]}
        onChange={tags => {
          // What was chosen is not covered, nor what stands beneath.
          setOpen(false);
          onChange([...new Set(tags.map(tag => tag.trim().toLowerCase()))].filter(tag => tag !== ''));
        }}
        searchValue={text}
        onSearchChange={setText}
        maxLength={64}
        disabled={isDisabled}
        error={error}
      />
    </>
  );
}
