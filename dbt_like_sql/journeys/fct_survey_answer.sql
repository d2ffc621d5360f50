/*
description: >-
  Everybody who was invited to say how they found a service, question by question: whether they
  answered it, whether with yes, and the response cell they stand in. Those of a cell are taken to
  answer alike, so that those who answered speak for all of it.
grain: one row per invitation and question
owner: commissioning@ashmere.example
columns:
  question_code: >-
    experience (overall: good or very good is a yes), dignity, together (services worked together)
    or helped; of these, only 'yes, definitely' is a yes.
  is_answered: Whether the invitation was answered, with this question or without.
  is_yes: NULL where there is no answer to the question.
  stratum: >-
    Response cell: service, age band and sex. A cell needs three answers, else it is joined: an age
    band to the nearest younger that has them, or else the nearest older; the sexes of a band to one
    cell. A service without three answers in any band is one cell.
  invited_count: People invited in that cell in the quarter.
  answered_count: Those of them who answered the question.
tests:
  - not_null: [event_id, citizen_id, question_code, asked_service_code, asked_provider_id]
  - not_null: [invited_date, is_answered, stratum, invited_count, answered_count]
  - unique: [event_id, question_code]
  - accepted_values: {column: asked_service_code, vocabulary: service}
  - relationships: {column: citizen_id, to: core.dim_citizen}
  - expression: answered_count <= invited_count
*/
with
responses as (select * from internal.survey_response),
citizens as (select * from core.dim_citizen),

-- Who is of unknown sex is taken for one of the more: women. They are too few for a cell.
invited as (
    select
        responses.*,
        quarter_start(responses.invited_date) as period_from,
        response_age_band(
            age_in_years(citizens.birth_month, responses.invited_date)
        ) as age_band,
        coalesce(citizens.sex_code, 'F') as sex_code
    from responses
    inner join citizens on responses.citizen_id = citizens.citizen_id
),

questions as (
    select
        *,
        'experience' as question_code,
        experience_code in ('good', 'very_good') as is_yes
    from invited
    union all
    select
        *,
        'dignity' as question_code,
        dignity_code = 'yes_definitely' as is_yes
    from invited
    union all
    select
        *,
        'together' as question_code,
        together_code = 'yes_definitely' as is_yes
    from invited
    union all
    select
        *,
        'helped' as question_code,
        helped_code = 'yes_definitely' as is_yes
    from invited
),

bands as (
    select
        period_from,
        question_code,
        asked_service_code,
        age_band,
        case when count(is_yes) >= 3 then age_band end as answering_band
    from questions
    group by period_from, question_code, asked_service_code, age_band
),

joined_bands as (
    select
        period_from,
        question_code,
        asked_service_code,
        age_band,
        coalesce(
            max(answering_band) over (
                partition by period_from, question_code, asked_service_code
                order by age_band
                rows between unbounded preceding and current row
            ),
            min(answering_band) over (
                partition by period_from, question_code, asked_service_code
            ),
            'all'
        ) as joined_band
    from bands
),

banded as (
    select
        questions.*,
        joined_bands.joined_band
    from questions
    inner join joined_bands
        on
            questions.period_from = joined_bands.period_from
            and questions.question_code = joined_bands.question_code
            and questions.asked_service_code = joined_bands.asked_service_code
            and questions.age_band = joined_bands.age_band
),

sexes as (
    select
        period_from,
        question_code,
        asked_service_code,
        joined_band,
        sex_code,
        count(is_yes) as answered_count
    from banded
    group by period_from, question_code, asked_service_code, joined_band, sex_code
),

splits as (
    select
        period_from,
        question_code,
        asked_service_code,
        joined_band,
        min(answered_count) >= 3 as is_split
    from sexes
    group by period_from, question_code, asked_service_code, joined_band
),

celled as (
    select
        banded.*,
        banded.asked_service_code || ' ' || banded.joined_band || ' '
        || case when splits.is_split then banded.sex_code else 'all' end as stratum
    from banded
    inner join splits
        on
            banded.period_from = splits.period_from
            and banded.question_code = splits.question_code
            and banded.asked_service_code = splits.asked_service_code
            and banded.joined_band = splits.joined_band
),

counted as (
    select
        *,
        count(*) over (partition by period_from, question_code, stratum) as invited_count,
        count(is_yes) over (partition by period_from, question_code, stratum) as answered_count
    from celled
)

select
    event_id::varchar as event_id,
    citizen_id::varchar as citizen_id,
    question_code::varchar as question_code,
    asked_service_code::varchar as asked_service_code,
    asked_provider_id::varchar as asked_provider_id,
    invited_date::date as invited_date,
    is_answered::boolean as is_answered,
    is_yes::boolean as is_yes,
    stratum::varchar as stratum,
    invited_count::bigint as invited_count,
    answered_count::bigint as answered_count
from counted
