import { t } from "@lingui/core/macro";
import { PasswordInput, type PasswordInputProps, TextInput, type TextInputProps } from "@mantine/core";

import type { FieldErrors } from "../api/errors";

const LONGEST = 200; // characters, as the server has it; it also checks all else

interface Told {
  value: string;
  onChange: (value: string) => void;
  "data-autofocus"?: boolean;
}

type NameProps = Told & Pick<TextInputProps, "error" | "required" | "autoComplete">;

/** Somebody's name. */
export function NameField({ onChange, ...props }: NameProps) {
  return (
    <TextInput
      label={t`Name`}
      autoComplete="name"
      maxLength={LONGEST}
      {...props}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}

type PasswordProps = Told & Pick<PasswordInputProps, "error" | "required" | "label" | "description">;

/** A password to be, with the rule for it. */
export function NewPasswordField({ onChange, ...props }: PasswordProps) {
  return (
    <PasswordInput
      label={t`New password`}
      description={t`At least 8 characters`}
      autoComplete="new-password"
      maxLength={LONGEST}
      {...props}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export const emptyAccount: NewAccount = { name: "", email: "", password: "" };

interface Props {
  account: NewAccount;
  onChange: (account: NewAccount) => void;
  wrong: FieldErrors;
  /** Whether it is the account of who fills it in: then the browser helps, and keeps the password. */
  own: boolean;
}

/** What an account is made of. */
export function AccountFields({ account, onChange, wrong, own }: Props) {
  return (
    <>
      <NameField
        required
        autoComplete={own ? "name" : "off"}
        data-autofocus
        value={account.name}
        error={wrong.name}
        onChange={(name) => {
          onChange({ ...account, name });
        }}
      />
      <TextInput
        label={t`Email`}
        type="email"
        required
        autoComplete={own ? "username" : "off"}
        maxLength={LONGEST}
        value={account.email}
        error={wrong.email}
        onChange={(event) => {
          onChange({ ...account, email: event.currentTarget.value });
        }}
      />
      <NewPasswordField
        required
        {...(own
          ? { label: t`Password` }
          : { label: t`First password`, description: t`At least 8 characters; they can change it on their account page` })}
        value={account.password}
        error={wrong.password}
        onChange={(password) => {
          onChange({ ...account, password });
        }}
      />
    </>
  );
}
