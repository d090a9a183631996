"""The settings: are they valid together, and is no variable a slip?"""

from api.opening import counting
from cli.doctor.finding import Finding, ill, well
from config.settings import BadSettings, Settings, unknown_variables

CHECK = "settings"


def look(settings: Settings) -> Finding:
    """What the processes would say at their start, and variables that no setting has."""
    try:
        counting(settings)
    except BadSettings as error:
        return bad(error)
    slips = unknown_variables()
    if slips:
        return ill(CHECK, "; ".join(slips), "mend their names, or remove them")
    return well(CHECK, "all valid")


def bad(error: BadSettings) -> Finding:
    """Settings that nothing starts with."""
    return ill(CHECK, str(error), "set what is named to what is said there")
