interface IconProps {
  readonly size?: number;
}

/** A line icon, 24 units wide, in the colour of the text. Decoration: what it stands beside, or its button, is labelled. */
function Icon({ size = 18, path }: IconProps & { readonly path: string }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={path} />
    </svg>
  );
}

export const TagIcon = (props: IconProps) => (
  <Icon {...props} path="M3.5 4v7.2l9.1 9.1a1.4 1.4 0 0 0 2 0l6-6a1.4 1.4 0 0 0 0-2L11.5 3.5H4zM7.8 7.8h.01" />
);
export const SearchIcon = (props: IconProps) => (
  <Icon {...props} path="M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 4.5 4.5" />
);
export const PeopleIcon = (props: IconProps) => (
  <Icon
    {...props}
    path="M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c0-3.5 2.8-5.5 6.5-5.5s6.5 2 6.5 5.5M16 5.3a3.5 3.5 0 0 1 0 6.4M18 15c2.2.8 3.5 2.5 3.5 5"
  />
);
export const BagIcon = (props: IconProps) => <Icon {...props} path="M5 8h14l1 12.5H4zM8.5 11V7a3.5 3.5 0 0 1 7 0v4" />;
export const BoxIcon = (props: IconProps) => (
  <Icon {...props} path="M3.5 7.5 12 3l8.5 4.5v9L12 21l-8.5-4.5zM3.5 7.5 12 12l8.5-4.5M12 12v9" />
);
export const FieldsIcon = (props: IconProps) => (
  <Icon
    {...props}
    path="M3.5 7.5h10M18.5 7.5h2M13.5 7.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0M3.5 16.5h2M10.5 16.5h10M5.5 16.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0"
  />
);
export const UpIcon = (props: IconProps) => <Icon {...props} path="M12 19V5M6 11l6-6 6 6" />;
export const DownIcon = (props: IconProps) => <Icon {...props} path="M12 5v14M6 13l6 6 6-6" />;
export const GearIcon = (props: IconProps) => (
  <Icon
    {...props}
    path="M12 8.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM10.3 3h3.4l.5 2.4 2 1.1 2.3-.8 1.7 3-1.8 1.6v2.4l1.8 1.6-1.7 3-2.3-.8-2 1.1-.5 2.4h-3.4l-.5-2.4-2-1.1-2.3.8-1.7-3 1.8-1.6v-2.4L3.8 8.7l1.7-3 2.3.8 2-1.1z"
  />
);
export const MoreIcon = (props: IconProps) => <Icon {...props} path="M5 12h.01M12 12h.01M19 12h.01" />;
export const PlusIcon = (props: IconProps) => <Icon {...props} path="M12 5v14M5 12h14" />;
export const BackIcon = (props: IconProps) => <Icon {...props} path="M15 5l-7 7 7 7" />;
export const CopyIcon = (props: IconProps) => <Icon {...props} path="M9 9h11v11H9zM5 15H4V4h11v1" />;
export const CodeIcon = (props: IconProps) => <Icon {...props} path="M8 7l-5 5 5 5M16 7l5 5-5 5M14 4l-4 16" />;
export const CheckIcon = (props: IconProps) => <Icon {...props} path="M5 12.5l4.5 4.5L19 7.5" />;
export const EditIcon = (props: IconProps) => <Icon {...props} path="M4 20l1-4L16.5 4.5l3 3L8 19l-4 1z" />;
export const TrashIcon = (props: IconProps) => (
  <Icon {...props} path="M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5" />
);
export const SunIcon = (props: IconProps) => (
  <Icon
    {...props}
    path="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
  />
);
export const UserIcon = (props: IconProps) => (
  <Icon {...props} path="M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6" />
);
export const KeyboardIcon = (props: IconProps) => (
  <Icon {...props} path="M3 6h18v12H3zM7 10h.01M12 10h.01M17 10h.01M8 14h8" />
);
export const FilterIcon = (props: IconProps) => <Icon {...props} path="M4 6h16M7 12h10M10 18h4" />;
export const ColumnsIcon = (props: IconProps) => <Icon {...props} path="M4 5h16v14H4zM10 5v14M15 5v14" />;
export const DownloadIcon = (props: IconProps) => <Icon {...props} path="M12 4v11M7 11l5 5 5-5M5 20h14" />;
export const BookmarkIcon = (props: IconProps) => <Icon {...props} path="M7 4h10v16l-5-4-5 4z" />;
