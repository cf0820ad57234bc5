import { t } from "@lingui/core/macro";
import { Center, Loader } from "@mantine/core";
import { type ComponentType, lazy, Suspense, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";

import { useMe } from "../account/useMe";
import type { Me } from "../api/client";
import { InLanguage } from "../language/InLanguage";
import { moreWords } from "../language/more";
import { useLanguageHere } from "../language/useLanguage";
import { ProjectFrame } from "../projects/ProjectFrame";
import { ProjectList } from "../projects/ProjectList";
import { Layout } from "./Layout";
import { Failed } from "./States";

/** A page that is loaded when it is asked for, with its texts. */
function page<Props>(load: () => Promise<{ default: ComponentType<Props> }>) {
  return lazy(async () => (await Promise.all([load(), moreWords()]))[0]);
}

const Overview = page(() => import("../projects/Overview"));
const Bench = lazy(() => import("../bench/Bench"));
const Backtests = page(() => import("../backtests/Backtests"));
const Review = page(() => import("../review/Review"));
const LabelChecks = page(() => import("../reviews/LabelChecks"));
const Gallery = page(() => import("../gallery/Gallery"));
const Classes = page(() => import("../classes/Classes"));
const Guidelines = page(() => import("../guidelines/Guidelines"));
const Members = page(() => import("../members/Members"));
const MapPage = page(() => import("../maps/MapPage"));
const Jobs = page(() => import("../jobs/Jobs"));
const JobPage = page(() => import("../jobs/JobPage"));
const Settings = page(() => import("../settings/Settings"));
const Account = page(() => import("../account/Account"));
const Users = page(() => import("../admin/Users"));
const Login = page(() => import("../account/Login"));
const NewProject = page(() => import("../projects/NewProject"));
const NewPassword = page(() => import("../account/NewPassword"));
const Join = page(() => import("../account/Join"));

function Waiting() {
  return (
    <Center h="60vh">
      <Loader aria-label={t`Loading`} />
    </Center>
  );
}

export function App() {
  const me = useMe();
  const user = me.data?.user.id;
  const [here] = useLanguageHere();
  const own = me.data?.preferences.language ?? "auto";
  useEffect(() => {
    // Answers that an earlier page could not send, or somebody who was signed out, go out from any page.
    if (user) void import("../bench/outboxes").then(async ({ outboxOf }) => (await outboxOf(user)).kick());
  }, [user]);
  if (me.isPending) return <Waiting />;
  if (me.error) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  return (
    <InLanguage language={own === "auto" ? here : own}>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/join/:secret" element={<Join me={me.data} />} />
          <Route path="/new-password/:secret" element={<NewPassword />} />
          <Route path="*" element={me.data ? <Pages me={me.data} /> : <Login />} />
        </Routes>
      </Suspense>
    </InLanguage>
  );
}

function Pages({ me }: { me: Me }) {
  return (
    <Layout me={me}>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/" element={<ProjectList />} />
          <Route path="/account" element={<Account me={me} />} />
          <Route path="/admin/users" element={<Users me={me} />} />
          <Route path="/projects/new" element={<NewProject />} />
          <Route path="/projects/:id/label" element={<Bench />} />
          <Route path="/projects/:id" element={<ProjectFrame />}>
            <Route index element={<Overview />} />
            <Route path="images" element={<Gallery />} />
            <Route path="classes" element={<Classes />} />
            <Route path="guidelines" element={<Guidelines />} />
            <Route path="members" element={<Members me={me} />} />
            <Route path="review" element={<Review />} />
            <Route path="label-check" element={<LabelChecks />} />
            <Route path="backtests" element={<Backtests />} />
            <Route path="map" element={<MapPage />} />
            <Route path="jobs" element={<Jobs />} />
            <Route path="jobs/:job" element={<JobPage />} />
            <Route path="settings" element={<Settings />} />
          </Route>
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </Suspense>
    </Layout>
  );
}
