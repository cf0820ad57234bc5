"""Plans, and the backtests that compare them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import select

from app.api.access import Engineer, InProject, Member, SignedIn
from app.api.bytes import RESPONSES, blob
from app.api.paging import Cursor, Limit
from app.api.router import Router
from app.api.transaction import Work
from app.db.models import Backtest, Job
from app.db.paging import read_page
from app.domain.enums import Role
from app.domain.plans import NAMED_PLANS, RECOMMENDED
from app.schemas.backtests import BacktestAccepted, BacktestCreate, BacktestOut, PlansOut
from app.schemas.base import Page
from app.schemas.jobs import JobOut
from app.services import backtests

router = Router(tags=["backtests"])
OfBacktest = Annotated[Member, Depends(InProject(Role.ENGINEER, Backtest))]
# The page shows names that strangers chose; it needs no script and nothing from elsewhere.
PAGE_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"


@router.get("/plans")
def list_plans(_: SignedIn) -> PlansOut:
    """List the plans that ship with this version."""
    return PlansOut(items=list(NAMED_PLANS.values()), recommended=RECOMMENDED)


@router.post("/projects/{project_id}/backtests", status_code=202)
def start_backtest(project_id: UUID, body: BacktestCreate, work: Work, member: Engineer) -> BacktestAccepted:
    """Replay the project's labels under several plans, and compare them."""
    backtest, job = backtests.start(work, member.found, member.user.id, body)
    return BacktestAccepted(backtest=backtests.out(backtest, job), job=JobOut.model_validate(job))


@router.get("/projects/{project_id}/backtests")
def list_backtests(
    project_id: UUID, work: Work, _: Engineer, cursor: Cursor = None, limit: Limit = 100
) -> Page[BacktestOut]:
    """List backtests, newest first."""
    query = select(Backtest, Job).join(Job, Job.id == Backtest.job_id)
    query = query.where(Backtest.project_id == project_id)
    found, after = read_page(work.session, query, [Backtest.id], cursor, limit, descending=True)
    return Page(items=[backtests.out(row, job) for row, job, *_ in found], next_cursor=after)


@router.get("/backtests/{backtest_id}")
def get_backtest(backtest_id: UUID, work: Work, member: OfBacktest) -> BacktestOut:
    """Return a backtest with its summary."""
    return backtests.out(member.found, work.session.get_one(Job, member.found.job_id))


@router.get("/backtests/{backtest_id}/report", response_class=Response, responses=RESPONSES)
def get_backtest_report(
    backtest_id: UUID,
    request: Request,
    member: OfBacktest,
    form: Annotated[Literal["html", "json"], Query(alias="format")] = "html",
) -> Response:
    """Return the whole report: a page to read, or JSON with every queried id."""
    backtest: Backtest = member.found
    sha = backtest.page_sha256 if form == "html" else backtest.report_sha256
    if sha is None:
        raise backtests.BacktestNotReady("The backtest is not finished.")
    headers = {"Content-Security-Policy": PAGE_POLICY, "X-Content-Type-Options": "nosniff"}
    return blob(request, sha, "text/html" if form == "html" else "application/json", None, headers)
