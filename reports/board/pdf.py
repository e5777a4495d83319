"""The pack as a tagged PDF (PDF/UA), by WeasyPrint. It needs Pango from the system; without it there is none."""

from __future__ import annotations

from functools import cache

REMEDY = (
    "install the system package of Pango (on Debian libpango-1.0-0 and libpangoft2-1.0-0) and publish again"
)


@cache
def missing() -> str:
    """Return what keeps this machine from making a PDF, and what to do; empty if nothing does."""
    try:
        import weasyprint  # noqa: F401, PLC0415  (looks for Pango when it is imported)
    except (ImportError, OSError) as error:
        return f"Pango is not on the machine that made it: {REMEDY}. {_short(error)}"
    return ""


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:120] if str(error).strip() else ""


def convert(html: str) -> bytes:
    """Return a page as PDF: tagged, with title and language; nothing but what is in the page is read."""
    import weasyprint  # noqa: PLC0415  (a second, and only where a PDF is made)

    nothing = weasyprint.urls.URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    page = weasyprint.HTML(string=html, url_fetcher=nothing, base_url="")
    return bytes(page.write_pdf(pdf_variant="pdf/ua-1"))
