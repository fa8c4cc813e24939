"""The handlers joined to one application, and what is told when one of them fails."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import cast

import msgspec
from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from rashomon.archive.archive import Archive
from rashomon.errors import RashomonError
from rashomon.web import about, articles, asking, happening, judging, pasting, problems, stories
from rashomon.web.access import Access
from rashomon.web.answer import HTML, VARY, Asked, NotOfferedError, wanted
from rashomon.web.comparing import Compare
from rashomon.web.gate import Application, Gate
from rashomon.web.problems import Problem
from rashomon.web.site import Site

_HANDLERS = [
    stories.home,
    stories.stories,
    stories.one,
    stories.comparison,
    stories.articles,
    stories.table,
    stories.utterance,
    stories.report,
    stories.reported,
    articles.article,
    articles.diff,
    articles.speaker,
    articles.search,
    articles.quotes,
    happening.events,
    happening.relations,
    pasting.ask,
    pasting.compare,
    pasting.compared,
    judging.judgements,
    judging.judge,
    about.errors,
    about.stats,
    about.about,
    about.login,
    about.log_in,
    about.favicon,
    about.file,
    about.openapi,
]
_DESCRIPTION = """What outlets report of one event, who says what in which words, and where they differ.

Every address gives JSON, and pages to browsers, which ask for `text/html`; `.json` at the end of a path asks for JSON.
Lists come in parts (`limit`, `offset`); the `Link` header has the next (RFC 8288). Answers have an `ETag`: asked for
again with `If-None-Match`, one that has not changed is not sent again (304). What goes wrong is told as problem
details (RFC 9457). A span is always `text == article.text[start:end]`, in Unicode code points.
"""


def application(archive: Archive, access: Access | None = None, compare: Compare | None = None) -> Application:
    """The pages and the API over an open archive. Without ``access`` they are for this machine only.

    ``compare`` has a story of the archive compared, if not this process is to do it.
    """
    access = access or Access()
    site = Site(archive, access, compare)
    pasted = pasting.Pasted(site)
    bearer = SecurityScheme(type="http", scheme="bearer", description="The token that the server printed.")
    inner = Litestar(
        _HANDLERS,
        dependencies={
            "site": Provide(lambda: site, sync_to_thread=False),
            "pasted": Provide(lambda: pasted, sync_to_thread=False),
            "part": Provide(asking.part, sync_to_thread=False),
            "filters": Provide(asking.story_filter, sync_to_thread=False),
            "wanted_events": Provide(asking.event_filter, sync_to_thread=False),
        },
        exception_handlers={
            RashomonError: _library_error,
            HTTPException: _http_error,
            Exception: _fault,
        },
        openapi_config=OpenAPIConfig(
            title="Rashomon",
            version=version("rashomon"),
            description=_DESCRIPTION,
            path="/openapi",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
            components=Components(security_schemes={"token": bearer} if access.token else None),
            security=[{"token": []}] if access.token else None,
        ),
        state=State({"site": site}),
        logging_config=None,
    )
    return Gate(cast(Application, inner), access)


def _library_error(request: Asked, error: RashomonError) -> Response[Problem]:
    return _told(request, problems.of_error(error))


def _http_error(request: Asked, error: HTTPException) -> Response[Problem]:
    extra = error.extra if isinstance(error.extra, list) else []
    wrong = [f"{one.get('key', '')}: {one.get('message', '')}" for one in extra if isinstance(one, dict)]
    detail = "; ".join(wrong) or error.detail
    if error.status_code == 404:
        detail = "there is nothing at this address"
    return _told(request, problems.problem(error.status_code, detail))


def _fault(request: Asked, error: Exception) -> Response[Problem]:
    """What no reader can help; the log has what whoever runs the server needs."""
    logging.getLogger(__name__).error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    return _told(request, problems.problem(500, "this is a fault of the program; its log says more"))


def _told(request: Asked, told: Problem) -> Response[Problem]:
    headers = {"cache-control": "no-store", "vary": VARY}
    if told.retry_after is not None:
        headers["retry-after"] = str(told.retry_after)
    if _as_page(request):
        site: Site = request.app.state.site
        content, kind = site.page("problem.html.j2", problem=told).encode(), HTML
    else:
        content, kind = msgspec.json.encode(told), problems.MEDIA_TYPE
    return cast(Response[Problem], Response(content=content, status_code=told.status, media_type=kind, headers=headers))


def _as_page(request: Asked) -> bool:
    """Whether a person is to read it: a browser asked, or sent a form."""
    try:
        return wanted(request) == HTML
    except NotOfferedError:
        return False
