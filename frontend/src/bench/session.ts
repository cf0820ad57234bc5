import type { Assignment } from "../api/client";

/** What an annotator says about one image; at most one of `answer`, `set` and `skip` is given. */
export interface Mark {
  answer: string | null;
  /** The answer where an image may have several classes; empty: none of them. */
  set?: readonly string[] | undefined;
  /** The classes that are chosen for such an image, and not yet its answer. */
  chosen?: readonly string[] | undefined;
  /** Why the image is skipped. */
  skip: string | null;
  flagged: boolean;
  note: string;
}

export const BLANK: Mark = { answer: null, skip: null, flagged: false, note: "" };

/** One image on the bench. `key` stays when the image is leased anew under another assignment. */
export interface Item {
  key: string;
  assignment: Assignment;
  mark: Mark;
  /** Why the server did not take the last answer. */
  refusal: string | null;
}

interface Change {
  key: string;
  before: Mark;
  after: Mark;
}

/** One act: what it changed, where the person was, and whether it led on to the next image. */
interface Step {
  changes: readonly Change[];
  from: string | null;
  advances: boolean;
}

/** An answer that the server refused and that cannot be given again: its cycle has closed. */
export interface Loss {
  key: string;
  image: string;
  what: string;
  why: string;
}

/**
 * The images of one sitting, in the order they were shown. On the screen are `span` of them from `at`
 * on: one, or a grid's page. `at` may lie one beyond the last: then there is nothing to show.
 */
export interface Session {
  items: readonly Item[];
  at: number;
  span: number;
  past: readonly Step[];
  future: readonly Step[];
  losses: readonly Loss[];
}

export const EMPTY: Session = { items: [], at: 0, span: 1, past: [], future: [], losses: [] };

export function isSaid(mark: Mark): boolean {
  return isAnswered(mark) || mark.skip !== null;
}

/** Whether people said what an image shows; a skip does not. */
export function isAnswered(mark: Mark): boolean {
  return mark.answer !== null || mark.set !== undefined;
}

/** What is on the screen. */
export function visible(session: Session): readonly Item[] {
  return session.items.slice(session.at, session.at + session.span);
}

/** The unanswered images from the screen on, nearest first: what is to be loaded. */
export function waiting(session: Session): readonly Item[] {
  return session.items.filter((item, place) => place >= session.at && !isSaid(item.mark));
}

export function unsaid(session: Session): readonly Item[] {
  return session.items.filter((item) => !isSaid(item.mark));
}

/**
 * Adds images that were handed out. An image that is here already is not shown twice: if it was leased
 * anew, its item gets the new assignment, and if a reviewer sent it back, it is one to answer again.
 * `unsent` holds answers that wait to be sent, by assignment: to the server their images are unanswered.
 */
export function receive(
  session: Session,
  assignments: readonly Assignment[],
  unsent: ReadonlyMap<string, Mark> = new Map(),
): Session {
  const back = assignments.filter((one) => !unsent.has(one.id) && isSentBack(session, one)).map((one) => one.id);
  return add(back.reduce(forget, session), assignments, unsent);
}

/** Whether an image that was answered here came back with a reviewer's comment, and so with a lease of its own. */
function isSentBack({ items }: Session, { id, comment, expires_at }: Assignment): boolean {
  const known = items.find((item) => item.assignment.id === id);
  return known !== undefined && isSaid(known.mark) && comment !== null && known.assignment.expires_at !== expires_at;
}

function forget(session: Session, assignment: string): Session {
  const keys = session.items.filter((item) => item.assignment.id === assignment).map((item) => item.key);
  return { ...without(session, (item) => keys.includes(item.key)), ...historyWithout(session, keys) };
}

/** Acts on these images cannot be undone any more. */
function historyWithout({ past, future }: Session, keys: readonly string[]): Pick<Session, "past" | "future"> {
  const others = (step: Step) => !step.changes.some((change) => keys.includes(change.key));
  return { past: past.filter(others), future: future.filter(others) };
}

function add(session: Session, assignments: readonly Assignment[], unsent: ReadonlyMap<string, Mark>): Session {
  const items = [...session.items];
  const same = (a: Assignment, b: Assignment) =>
    a.id === b.id || (a.image.id === b.image.id && a.cycle_id === b.cycle_id);
  for (const assignment of assignments) {
    const place = items.findIndex((item) => same(item.assignment, assignment));
    const known = items[place];
    if (!known) {
      items.push({ key: assignment.id, assignment, mark: unsent.get(assignment.id) ?? BLANK, refusal: null });
    } else if (!isSaid(known.mark)) {
      items[place] = { ...known, assignment };
    }
  }
  const ended = session.at >= session.items.length;
  return { ...session, items, at: ended ? nextUnsaid(items, session.at) : session.at };
}

/** Lets go of unanswered images that the annotator no longer holds, except what is on the screen. */
export function keepHeld(session: Session, asked: ReadonlySet<string>, held: ReadonlySet<string>): Session {
  const shown = new Set(visible(session).map((item) => item.key));
  const lost = (item: Item) => asked.has(item.assignment.id) && !held.has(item.assignment.id);
  return without(session, (item) => lost(item) && !isSaid(item.mark) && !shown.has(item.key));
}

/** The open cycle is another one, or none: nothing of those before can be answered or changed. */
export function enterCycle(session: Session, cycle: string | null): Session {
  if (session.items.every((item) => item.assignment.cycle_id === cycle)) return session;
  const over = (item: Item) => item.assignment.cycle_id !== cycle;
  const left = without(session, (item) => over(item) && !isSaid(item.mark));
  const past = left.items.filter(over).length;
  return { ...left, at: nextUnsaid(left.items, past), past: [], future: [] };
}

/** Shows so many images at once. */
export function show(session: Session, span: number): Session {
  return { ...session, span };
}

export function move(session: Session, by: 1 | -1): Session {
  const at = Math.min(Math.max(session.at + by * session.span, 0), session.items.length);
  return at === session.at ? session : { ...session, at };
}

/** Answers for images, all with one class. */
export function answer(session: Session, keys: readonly string[], name: string): Session {
  return act(session, keys, (mark) => ({ ...mark, answer: name, skip: null }), true);
}

/** Chooses a class for images that may have several, or lets it go where all of them have it. */
export function toggleClass(session: Session, keys: readonly string[], name: string): Session {
  const all = session.items.filter((item) => keys.includes(item.key)).every((item) => chosenOf(item.mark).includes(name));
  const change = (mark: Mark) => {
    const others = chosenOf(mark).filter((one) => one !== name);
    return { ...mark, chosen: all ? others : [...others, name] };
  };
  return act(session, keys, change, false);
}

/** Makes what is chosen for images their answer; nothing chosen says: none of the classes. */
export function submit(session: Session, keys: readonly string[]): Session {
  return act(session, keys, (mark) => ({ ...mark, set: chosenOf(mark), chosen: undefined, skip: null }), true);
}

/** The classes of an image that may have several: what is chosen, or else the answer. */
export function chosenOf(mark: Mark | undefined): readonly string[] {
  return mark?.chosen ?? mark?.set ?? [];
}

/** Answers with what is suggested for each image; those without a suggestion stay as they are. */
export function accept(session: Session, keys: readonly string[]): Session {
  const able = session.items.filter((item) => keys.includes(item.key) && item.assignment.suggestion);
  const change = (mark: Mark, { assignment: { suggestion } }: Item): Mark => {
    const set = suggestion?.classes;
    if (set) return { ...mark, set, chosen: undefined, skip: null };
    return { ...mark, answer: suggestion?.class ?? mark.answer, skip: null };
  };
  return act(session, able.map((item) => item.key), change, true);
}

export function skip(session: Session, keys: readonly string[], reason: string): Session {
  return act(session, keys, (mark) => ({ ...mark, answer: null, set: undefined, skip: reason }), true);
}

/** Flags images for review, or takes the flags away where all have them. */
export function flag(session: Session, keys: readonly string[]): Session {
  const all = session.items.filter((item) => keys.includes(item.key)).every((item) => item.mark.flagged);
  return act(session, keys, (mark) => ({ ...mark, flagged: !all }), false);
}

export function annotate(session: Session, keys: readonly string[], note: string): Session {
  return act(session, keys, (mark) => ({ ...mark, note: note.trim() }), false);
}

export function undo(session: Session): Session {
  const step = session.past.at(-1);
  if (!step) return session;
  const items = apply(session.items, step, "before");
  const from = items.findIndex((item) => item.key === (step.from ?? step.changes[0]?.key));
  const past = session.past.slice(0, -1);
  return { ...session, items, at: Math.max(from, 0), past, future: [...session.future, step] };
}

export function redo(session: Session): Session {
  const step = session.future.at(-1);
  if (!step) return session;
  const from = session.items.findIndex((item) => item.key === step.from);
  const items = apply(session.items, step, "after");
  const there = { ...session, items, at: from < 0 ? session.at : from };
  const at = step.advances ? settled(there) : there.at;
  return { ...there, at, past: [...session.past, step], future: session.future.slice(0, -1) };
}

/**
 * The server did not take an answer. While its cycle is open the image comes back, right after what is
 * on the screen; else the answer is lost, and said to be.
 */
export function refuse(session: Session, assignment: string, cycleOpen: boolean, what: string, why: string): Session {
  const place = session.items.findIndex((item) => item.assignment.id === assignment);
  const item = session.items[place];
  if (!item || !cycleOpen) {
    const loss = { key: assignment, image: item?.assignment.image.id ?? "", what, why };
    return { ...session, losses: [...session.losses.filter((one) => one.key !== assignment), loss] };
  }
  const blank = { ...item, mark: retracted(item.mark), refusal: `${what}: ${why}` };
  const shown = place >= session.at && place < session.at + session.span;
  const others = session.items.filter((other) => other !== item);
  const at = place < session.at ? session.at - 1 : session.at;
  const target = shown ? place : Math.min(at + session.span, others.length);
  return { ...session, items: others.toSpliced(target, 0, blank), at, ...historyWithout(session, [item.key]) };
}

/** Without an answer; what was chosen stays to be changed. */
function retracted(mark: Mark): Mark {
  const blank = { ...mark, answer: null, skip: null };
  return mark.set === undefined ? blank : { ...blank, set: undefined, chosen: mark.set };
}

export function dismissLosses(session: Session): Session {
  return { ...session, losses: [] };
}

function act(session: Session, keys: readonly string[], change: (mark: Mark, item: Item) => Mark, advances: boolean): Session {
  const changes = session.items
    .filter((item) => keys.includes(item.key))
    .map((item) => ({ key: item.key, before: item.mark, after: change(item.mark, item) }));
  if (changes.length === 0) return session;
  const step = { changes, from: session.items[session.at]?.key ?? null, advances };
  const items = apply(session.items, step, "after");
  const at = advances ? settled({ ...session, items }) : session.at;
  return { ...session, items, at, past: [...session.past, step], future: [] };
}

function apply(items: readonly Item[], step: Step, which: "before" | "after"): readonly Item[] {
  const marks = new Map(step.changes.map((change) => [change.key, change[which]]));
  return items.map((item) => {
    const mark = marks.get(item.key);
    return mark ? { ...item, mark, refusal: isSaid(mark) ? null : item.refusal } : item;
  });
}

/** Where the screen goes after an answer: stays while a grid's page has unanswered images, else on. */
function settled(session: Session): number {
  const page = visible(session);
  if (session.span > 1 && page.some((item) => !isSaid(item.mark))) return session.at;
  return nextUnsaid(session.items, session.at + session.span);
}

/** The first unanswered image from a place on, or else the first of all, or else beyond the end. */
function nextUnsaid(items: readonly Item[], from: number): number {
  const open = (item: Item) => !isSaid(item.mark);
  const after = items.findIndex((item, place) => place >= from && open(item));
  if (after >= 0) return after;
  const first = items.findIndex(open);
  return first >= 0 ? first : items.length;
}

function without(session: Session, gone: (item: Item) => boolean): Session {
  const before = session.items.slice(0, session.at).filter(gone).length;
  const items = session.items.filter((item) => !gone(item));
  return items.length === session.items.length ? session : { ...session, items, at: session.at - before };
}
