"""The list of templates: how each is called, how many sentences it may give, and what makes one.

The order decides which of two makes a sentence that both can make; the name seeds the dice of a template.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..dice import Dice, sensible
from ..phrase import Phrase
from . import (
    acquaintance,
    asking,
    clauses,
    comparing,
    core,
    descriptions,
    events,
    facts,
    giving,
    habits,
    handing,
    having,
    modal,
    motion,
    proposals,
    questions,
    relatives,
    senses,
    states,
    surroundings,
    verb_senses,
    weather,
    wellbeing,
)


@dataclass(frozen=True)
class Template:
    """One construction: ``make(dice, *settings)`` gives a phrase, or None where what it drew makes no sense."""

    name: str
    quota: int
    make: Callable[..., Phrase | None]
    settings: tuple = ()

    def draw(self, dice: Dice) -> Phrase:
        """One phrase that makes sense."""
        return sensible(self.make, dice, *self.settings)


TEMPLATES = (
    # clauses
    Template("relative_is", 441, relatives.relative_is),
    Template("relative_like", 189, relatives.relative_like),
    Template("relative_who", 214, relatives.relative_who),
    Template("because", 189, clauses.because),
    Template("condition", 150, clauses.condition),
    Template("when_clause", 189, clauses.when_clause),
    Template("before_after", 150, clauses.before_after),
    Template("thinks", 189, clauses.thinks),
    # events
    Template("past_place_time", 321, events.past_place_time),
    Template("past_time", 288, events.past_time),
    Template("past_activity", 106, events.past_activity),
    Template("past_not", 189, events.past_not),
    Template("will", 189, events.will),
    Template("will_not", 115, events.will_not),
    Template("going_to", 156, events.going_to),
    Template("habit", 189, habits.habit),
    Template("often", 189, habits.often),
    Template("never", 115, habits.never),
    Template("habit_not", 123, habits.habit_not),
    Template("progressive", 189, habits.progressive),
    Template("progressive_not", 90, habits.progressive_not),
    Template("experience", 279, events.experience),
    Template("already", 123, events.already),
    Template("meals", 98, habits.meals),
    Template("daily", 330, habits.daily),
    # modal
    Template("want", 229, modal.want),
    Template("can_skill", 205, modal.can_skill),
    Template("can_come", 132, modal.can_come),
    Template("should", 168, modal.should),
    Template("may", 132, modal.may),
    Template("like", 468, modal.like),
    Template("doors", 420, proposals.doors),
    Template("requests", 156, proposals.requests),
    # motion
    Template("go_by", 270, motion.go_by),
    Template("go_to", 242, motion.go_to),
    Template("go_with", 213, motion.go_with),
    Template("duration", 328, motion.duration),
    Template("give", 242, handing.give),
    Template("from_whom", 185, handing.from_whom),
    Template("lives", 156, motion.lives),
    Template("put", 185, handing.put),
    # questions
    Template("did_q", 172, questions.did_q),
    Template("does_q", 160, questions.does_q),
    Template("is_doing_q", 137, questions.is_doing_q),
    Template("ever_q", 137, questions.ever_q),
    Template("will_q", 126, questions.will_q),
    Template("what_q", 160, questions.what_q),
    Template("who_q", 137, questions.who_q),
    Template("where_q", 137, questions.where_q),
    Template("when_q", 210, questions.when_q),
    Template("how_many_q", 149, questions.how_many_q),
    Template("why_q", 180, questions.why_q),
    Template("how_go_q", 92, questions.how_go_q),
    # senses
    Template("bank_river", 260, senses.bank_river),
    Template("bank_money", 200, senses.bank_money),
    Template("bat_animal", 200, senses.bat_animal),
    Template("bat_stick", 200, senses.bat_stick),
    Template("wears", 250, verb_senses.wears),
    Template("lamp", 160, senses.lamp),
    Template("light_weight", 200, senses.light_weight),
    Template("booking", 260, verb_senses.booking),
    Template("takes", 327, verb_senses.takes),
    Template("has_a_cold", 200, verb_senses.has_a_cold),
    Template("open_now", 200, senses.open_now),
    # states
    Template("there_is", 242, states.there_is),
    Template("there_is_not", 105, states.there_is_not),
    Template("there_q", 126, states.there_q),
    Template("is_at", 160, states.is_at),
    Template("where_is", 105, states.where_is),
    Template("person_at", 137, states.person_at),
    Template("has", 195, states.has),
    Template("kin_number", 126, states.kin_number),
    # descriptions
    Template("is_adjective", 315, descriptions.is_adjective),
    Template("person_adjective", 191, descriptions.person_adjective),
    Template("is_colour", 150, descriptions.is_colour),
    Template("comparison", 685, descriptions.comparison),
    Template("is_a", 205, facts.is_a),
    Template("this_is", 164, facts.this_is),
    Template("old_friends", 200, facts.old_friends),
    Template("know_person", 191, facts.know_person),
    Template("ages", 160, facts.ages),
    Template("prices", 250, facts.prices),
    Template("calendar", 465, facts.calendar),
    # core
    Template("core_past_yes", 3528, core.clause, ("past", "+", 0.68)),
    Template("core_past_not", 1428, core.clause, ("past", "-", 0.68)),
    Template("core_past_asked", 1092, core.clause, ("past", "?", 0.68)),
    Template("core_prog_yes", 2520, core.clause, ("prog", "+", 0.2)),
    Template("core_prog_not", 756, core.clause, ("prog", "-", 0.2)),
    Template("core_prog_asked", 756, core.clause, ("prog", "?", 0.2)),
    Template("core_was_yes", 420, core.clause, ("was", "+", 0.4)),
    Template("core_was_not", 126, core.clause, ("was", "-", 0.4)),
    Template("core_was_asked", 126, core.clause, ("was", "?", 0.4)),
    Template("core_habit_yes", 2100, core.clause, ("habit", "+", 0.62)),
    Template("core_habit_not", 924, core.clause, ("habit", "-", 0.62)),
    Template("core_habit_asked", 672, core.clause, ("habit", "?", 0.62)),
    Template("core_will_yes", 1428, core.clause, ("will", "+", 0.72)),
    Template("core_will_not", 672, core.clause, ("will", "-", 0.72)),
    Template("core_will_asked", 504, core.clause, ("will", "?", 0.72)),
    Template("core_going_yes", 924, core.clause, ("going", "+", 0.6)),
    Template("core_going_not", 294, core.clause, ("going", "-", 0.6)),
    Template("core_going_asked", 294, core.clause, ("going", "?", 0.6)),
    Template("core_want_yes", 588, core.clause, ("want", "+", 0.35, 0.4)),
    Template("core_want_not", 294, core.clause, ("want", "-", 0.35, 0.4)),
    Template("core_want_asked", 336, core.clause, ("want", "?", 0.35, 0.4)),
    Template("core_can_yes", 336, core.clause, ("can", "+", 0.15, 0.2)),
    Template("core_can_not", 210, core.clause, ("can", "-", 0.15, 0.2)),
    Template("core_can_asked", 294, core.clause, ("can", "?", 0.15, 0.2)),
    Template("core_should_yes", 168, core.clause, ("should", "+", 0.3, 0.4)),
    Template("core_should_not", 101, core.clause, ("should", "-", 0.3, 0.4)),
    Template("core_should_asked", 67, core.clause, ("should", "?", 0.3, 0.4)),
    Template("core_must_yes", 126, core.clause, ("must", "+", 0.3, 0.4)),
    Template("core_need_yes", 126, core.clause, ("need", "+", 0.2, 0.3)),
    Template("core_need_not", 67, core.clause, ("need", "-", 0.2, 0.3)),
    Template("core_need_asked", 50, core.clause, ("need", "?", 0.2, 0.3)),
    Template("core_like_yes", 294, core.clause, ("like", "+", 0.0, 0.3)),
    Template("core_like_not", 151, core.clause, ("like", "-", 0.0, 0.3)),
    Template("core_like_asked", 126, core.clause, ("like", "?", 0.0, 0.3)),
    Template("core_daily_acts", 319, core.core_daily_acts),
    # giving
    Template("gave", 344, giving.gave),
    Template("give_me", 246, giving.give_me),
    Template("help_", 213, giving.help_),
    Template("love", 312, giving.love),
    # acquaintance
    Template("names", 213, acquaintance.names),
    Template("greetings", 271, acquaintance.greetings),
    Template("identity", 344, acquaintance.identity),
    # surroundings
    Template("what_is_this", 410, surroundings.what_is_this),
    Template("there", 656, surroundings.there),
    Template("located", 738, surroundings.located),
    # weather
    Template("weather", 459, weather.weather),
    Template("hours", 165, weather.hours),
    # wellbeing
    Template("eaten", 271, wellbeing.eaten),
    Template("feelings", 508, wellbeing.feelings),
    # comparing
    Template("qualities", 672, comparing.qualities),
    Template("compared", 623, comparing.compared),
    # having
    Template("possess", 492, having.possess),
    # asking
    Template("asking", 623, asking.asking),
    Template("let_us", 344, proposals.let_us),
)
