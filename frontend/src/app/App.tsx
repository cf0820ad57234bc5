import { Center, Loader } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";

import { useMe } from "../account/useMe";
import type { Me } from "../api/client";
import { InLanguage } from "../language/InLanguage";
import { useLanguageHere } from "../language/useLanguage";
import { ProjectFrame } from "../projects/ProjectFrame";
import { ProjectList } from "../projects/ProjectList";
import { Layout } from "./Layout";
import { Failed } from "./States";

const Overview = lazy(() => import("../projects/Overview"));
const Bench = lazy(() => import("../bench/Bench"));
const Backtests = lazy(() => import("../backtests/Backtests"));
const Review = lazy(() => import("../review/Review"));
const LabelChecks = lazy(() => import("../reviews/LabelChecks"));
const Classes = lazy(() => import("../classes/Classes"));
const Guidelines = lazy(() => import("../guidelines/Guidelines"));
const Members = lazy(() => import("../members/Members"));
const Settings = lazy(() => import("../settings/Settings"));
const Account = lazy(() => import("../account/Account"));
const Users = lazy(() => import("../admin/Users"));
const Login = lazy(() => import("../account/Login"));
const NewProject = lazy(() => import("../projects/NewProject"));
const Join = lazy(() => import("../account/Join"));

const waiting = (
  <Center h="60vh">
    <Loader aria-label="Loading" />
  </Center>
);

export function App() {
  const me = useMe();
  const user = me.data?.user.id;
  const [here] = useLanguageHere();
  const own = me.data?.preferences.language ?? "auto";
  useEffect(() => {
    // Answers that an earlier page could not send, or somebody who was signed out, go out from any page.
    if (user) void import("../bench/outboxes").then(async ({ outboxOf }) => (await outboxOf(user)).kick());
  }, [user]);
  if (me.isPending) return waiting;
  if (me.error) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  return (
    <InLanguage language={own === "auto" ? here : own}>
      <Suspense fallback={waiting}>
        <Routes>
          <Route path="/join/:secret" element={<Join me={me.data} />} />
          <Route path="*" element={me.data ? <Pages me={me.data} /> : <Login />} />
        </Routes>
      </Suspense>
    </InLanguage>
  );
}

function Pages({ me }: { me: Me }) {
  return (
    <Layout me={me}>
      <Suspense fallback={waiting}>
        <Routes>
          <Route path="/" element={<ProjectList />} />
          <Route path="/account" element={<Account me={me} />} />
          <Route path="/admin/users" element={<Users me={me} />} />
          <Route path="/projects/new" element={<NewProject />} />
          <Route path="/projects/:id/label" element={<Bench />} />
          <Route path="/projects/:id" element={<ProjectFrame />}>
            <Route index element={<Overview />} />
            <Route path="classes" element={<Classes />} />
            <Route path="guidelines" element={<Guidelines />} />
            <Route path="members" element={<Members me={me} />} />
            <Route path="review" element={<Review />} />
            <Route path="label-check" element={<LabelChecks />} />
            <Route path="backtests" element={<Backtests />} />
            <Route path="settings" element={<Settings />} />
          </Route>
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Suspense>
    </Layout>
  );
}
