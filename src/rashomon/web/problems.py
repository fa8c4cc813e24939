"""What is told when a request cannot be answered: problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from litestar.openapi import ResponseSpec

from rashomon.errors import (
    AnalysisError,
    ArchiveBusy,
    ComparisonError,
    MissingPart,
    RashomonError,
    StoreError,
    UnknownItem,
)

MEDIA_TYPE = "application/problem+json"
# What the errors of the library are in HTTP; the first that fits counts.
_STATUSES: tuple[tuple[type[RashomonError], HTTPStatus], ...] = (
    (UnknownItem, HTTPStatus.NOT_FOUND),
    (ComparisonError, HTTPStatus.CONFLICT),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
    (MissingPart, HTTPStatus.SERVICE_UNAVAILABLE),
    (AnalysisError, HTTPStatus.INTERNAL_SERVER_ERROR),
    (RashomonError, HTTPStatus.BAD_REQUEST),
)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details. ``detail`` is for a person; ``error`` is the name of the error in :mod:`rashomon.errors`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    error: str | None = None
    retry_after: int | None = None


def problem(status: int, detail: str, *, error: str | None = None, retry_after: int | None = None) -> Problem:
    """A problem under the usual title of its status."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, error=error, retry_after=retry_after)


def of_error(error: RashomonError) -> Problem:
    """What an error of the library is to somebody who asked over HTTP."""
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    again = 5 if isinstance(error, ArchiveBusy) else None
    return problem(status, str(error), error=type(error).__name__, retry_after=again)


def _declared(*statuses: HTTPStatus) -> dict[int, ResponseSpec]:
    return {
        int(status): ResponseSpec(Problem, description=status.phrase, media_type=MEDIA_TYPE, generate_examples=False)
        for status in statuses
    }


READING = _declared(
    HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.SERVICE_UNAVAILABLE
)
"""What may go wrong where something is read, as the API describes it."""

COMPARING = READING | _declared(HTTPStatus.CONFLICT)
"""The same where a comparison is needed: some stories cannot be compared."""

WRITING = READING | _declared(
    HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
)
"""The same where something is written down."""
