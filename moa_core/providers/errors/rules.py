"""Words by which refusals are told apart, in the order in which they are looked for.

A sentence is believed only where it is clear: wrong is worse than general. Bodies are
read in lower case, a line ``name: value`` for each value; ``rule`` says how the words
are written.
"""

from moa_core.providers.errors.rule import Expressions, Rule

ABOUT_RATE = Expressions(r"""
    rate limit
    too many (requests|concurrent)
    throttl
    slow down
    (requests|tokens) (per|/|a) (second|min|hour)
    per minute
    \b[tr]pm\b
    concurren
    too (fast|frequent)
    频率|频繁|限流|限速|速率|并发|请求过多|访问量过大
""")

RULES: tuple[Rule, ...] = (
    Rule(
        kind="loading",
        words=Expressions(r"""
            \bmodel\b~(is|are|being|currently|still) loading
            loading (the |your )?model
            still loading
            (is|are|still|currently) (starting|warming|initiali[sz]ing|waking)
            (is|being|currently) (download|pulled|prepared|provision|scal)
            warming up|spinning up|cold start|scal(ing|ed) (up )?from zero
            \bmodel~not (yet )?ready|not (yet loaded|loaded yet)
            加载中|正在加载|模型加载
        """),
        only=(400, 404, 409, 425, 429, 500, 502, 503, 504, 529, None),
        unless=Expressions(
            r"fail|error loading|unable|(could|can) ?not|can't|out of memory"
        ),
    ),
    Rule(
        kind="credit for less", words=Expressions(r"can only afford|fewer max tokens")
    ),
    Rule(
        kind="account",
        words=Expressions(r"""
            insufficient (account |user )?(balance|credit|fund|quota)
            \bcredits?\b~(too low|exhaust|deplet|used up|(run|ran) out|insufficient)
            \bcredits?\b~(required|expired|is 0|negative)
            (out of|no|not enough|more|remaining|low on|any|purchase) (\w+ )?credits?\b
            (exceeded|used|add)~\bcredits?\b
            balance~(not enough|too low|insufficient|exhaust|deplet|negative|is 0)
            (not enough|negative|zero|no|low) balance
            arrear|overdue|unpaid|recharge|good standing|\bwallet\b
            (no|out of|not enough|insufficient) (\w+ )?funds
            \btop up\b
            payment (is )?(required|method|failed)
            billing (hard |soft )?(limit|not active)
            not active, please check your billing
            (enable|no|without|inactive) billing\b
            billing~(disabled|not enabled|inactive|suspended)
            spend(ing)? (limit|cap)
            budget~(exceed|exhaust)
            exceeded~budget
            quota is not enough
            余额|欠费|充值|额度(不足|失败)|剩余额度|套餐~到期|续费
        """),
        unless=Expressions(r"credits to unlock"),
    ),
    Rule(
        kind="plan",
        words=Expressions(r"""
            (per|by|each|every|this|current|for the|of the|\ba|/) (day|week|month)
            \b(daily|weekly|monthly)\b
            \b[tr]pd\b
            limit:? 0(?![.,]?\d)
            quota value: 0(?![\d.])
            free (tier|plan|quota|usage)~(exhaust|exceed|used up|reached)
            free allocated quota
            (exhausted|used up) (its|your|the|all)~(quota|allowance|allocation|trial)
            out of~(quota|allowance)
            (service|model|account|project) has been paused
            (usage|plan) limits?\b~(reached|exceed|exhaust|hit)
            (reached|hit|exceeded)~usage limit
            \b(today|tomorrow)\b
            每[日天周月]|今日|当[日天月]|使用上限
        """),
        only=(400, 401, 402, 403, 413, 429, 503, None),
        beside=Expressions(r"""
            quota|limit|exceed|exhaust|allowance|reached|used|spent|budget|(run|ran) out
            too many|限|额度|超
        """),
    ),
    Rule(
        kind="plan",
        words=Expressions(r"""
            (quota|allowance)~(exceed|exhaust|used up|reached)|exceed\w*~quota
            \b(key|usage|request)s? limit~(exceed|exhaust|used up|reached)
        """),
        only=(400, 401, 403, None),
        unless=ABOUT_RATE,
    ),
    Rule(
        kind="filtered",
        words=Expressions(r"""
            content~(filter|moderation|management|safety|violat|inspection|blocked|risk)
            content polic
            moderation|flagged|inappropriate|harmful|nsfw|jailbreak
            safety (system|filter|check|reason|setting|policy)
            (violat|breach)\w*~(polic|guideline|terms|rules|guardrail)
            prohibited content|content~prohibited
            responsible ai|data inspection|risk control|exists risk
            sensitive\b
            guardrail~(interven|block|violat|trigger)
            (reject|block|refus)\w*~(safety|guardrail)
            敏感|违规|不合规|内容安全|审核
        """),
        only=(400, 403, 409, 422, 424, 451, 500, None),
        unless=Expressions(r"(case|time|privacy) sensitive"),
    ),
    Rule(
        kind="policy",
        words=Expressions(r"""
            data polic|privacy|guardrail|zero data|\bzdr\b
            (your|this|provider|account|organi[sz]ation|usage|security)~\bpolicy\b
            \bpolicy\b~(block|prevent|forbid|violat|restrict|require|not)
            \b(region|country|countries|territory)\b~(not|unavailable|restrict|block)
            (not|unsupported|restricted|blocked)~\b(region|country|countries|territory)\b
            location is not supported
            must be verified
            verif(y|ied) (your )?(organi|identity|account)
            (terms|licen[cs]e|agreement)~(accept|agree|sign)
            (accept|agree|sign)~(terms|licen[cs]e|agreement)
            \bgated\b|no allowed providers
            blocked by (your )?(organi[sz]ation|admin)
            \bip (address )?~not (allowed|authori|permit)
            实名|地区
        """),
        only=(400, 401, 403, 404, 412, 422, 451, None),
    ),
    Rule(
        kind="key",
        words=Expressions(r"""
            (invalid|incorrect|wrong|bad|missing|malformed)~api key
            (expired|revoked|leaked|disabled)~api key
            (invalid|incorrect|wrong|missing|expired|revoked)~(credential|access token)
            (invalid|incorrect|missing|expired)~(security|bearer|auth\w*) (token|header)
            api key\b~(not valid|invalid|incorrect|expired|revoked|missing|required)
            api key\b~(not found|not provided|wrong|leaked|disabled|not exist)
            (credential|(access|auth\w*|security) token)s?\b~(invalid|expired)
            unauthenticated
            authentication (failed|error|fails)
            (provide|use) (an |your )?api key
            : (error: )?invalid token[.]?$
            unregistered callers
            \b(api|security|bearer) token\b~(expired|invalid|revoked|not valid)
            log ?in fail|(carry|send|include)~(secret|api) key
            secret ?id~not (found|exist)
            令牌|密钥|身份验证|鉴权|api ?key ?无效
        """),
        only=(400, 401, 403, 404, 409, 412, 422, 500, 503, None),
        unless=Expressions(r"无权"),
    ),
    Rule(
        kind="permission",
        words=Expressions(r"""
            permission
            \bscopes?\b
            member of an organi
            not (allowed|authori[sz]ed|permitted|entitled)~(model|access|\bto\b)
            (can|may) only (access|use)
            (not|n't) have (access|sufficient)
            (plan|subscription|tier)~(not|n't) (include|have|allow|cover)
            无权|权限
        """),
        only=(400, 401, 402, 403, None),
    ),
    Rule(
        kind="permission",
        words=Expressions(r"""
            \b(account|organi[sz]ation|project|team|user|workspace)\b~(restricted|banned)
            (not|n't) (been )?(activated|subscribed to|purchased)
            (fill|complete|submit)\w*~\bform\b
        """),
        only=(400, 401, 402, 403, 404, None),
    ),
    Rule(
        kind="wrong api",
        words=Expressions(r"""
            not a chat model
            (not|n't|\bun)\s?(support|available|enabled|work)\w*~chat.{0,3}completion
            chat.{0,3}completions?~(not|n't|\bun)\s?(support|available|enabled|work)
            (not|n't) support (chat|generate|text generation)\b
            \buse (the )?/?(v1/)?(responses|completions|embeddings|images|messages)\b
            \bonly~v1/(responses|completions|embeddings|audio|images)
            \bonly~(responses|completions|embeddings|realtime|audio) (api|endpoint)
            (cannot|can't|can not) be used (for|with|in|as)( a)? chat
            operation~not (work|supported) with the specified model
            \b(is|an) embedding model
            is not a (chat|text|language|generative)
        """),
        only=(400, 403, 404, 405, 422, 500, 501, None),
    ),
    Rule(
        kind="address",
        words=Expressions(r"""
            unexpected endpoint
            no route (matched|found|exists)|route not found|cannot (post|get) /
            (unknown|invalid) (url|path|route|endpoint) (\(|path)
        """),
        only=(400, 404, 405, None),
    ),
    Rule(
        kind="no model or no access",
        words=Expressions(r"(does not|doesn't) exist,? or (you|your)~access"),
    ),
    Rule(
        kind="no model",
        words=Expressions(r"""
            \bmodel\b[^\n]{0,160}?(not (be )?found|(not|n't) exist)
            MODEL? (is |was |has been )?(currently )?not (a )?valid
            MODEL? (is |was )?(currently )?not available
            MODEL is (not supported|unknown|invalid|unavailable)
            MODEL (is|was|has been) (deprecated|decommissioned)
            MODEL (is|was|has been) (retired|no longer|disconti)
            (invalid|unknown|no such|unsupported|unrecogni[sz]ed|non existent) model\b
            no (available )?(model|endpoint|deployment)s?\b~(found|available|loaded)
            no (available )?(model|endpoint|deployment)s? for
            no (available )?(channel|distributor|provider)s?\b~(found|available)
            no (available )?(channel|distributor|provider)s? (for|under)
            deployment~not (exist|found)
            model not (found|available|exist|supported)
            not a valid model
            try pulling it
            (could not|couldn't|cannot|unable to) find~model
            模型[^\n]{0,40}(不存在|未找到|不可用|无效|下线)|无可用渠道
        """),
        only=(400, 403, 404, 410, 422, None),
    ),
    Rule(
        kind="no model",
        words=Expressions(r"""
            model not found
            no available (channel|distributor)
            \bmodel\b~(does not exist|not found)
            无可用渠道
        """),
        only=(500, 503),
    ),
    Rule(
        kind="slow down",
        words=ABOUT_RATE,
        only=(400, 403, 408, 409, 413, 498, 503, 529, None),
    ),
    Rule(
        kind="too long",
        words=Expressions(r"""
            context (length|window|size|limit|overflow)~(exceed|overflow|too|only)
            context (length|window|size|limit)~reached
            context (length|window|size|limit)~(larger|limit|is \d)
            (exceed|overflow|(longer|larger|greater) than|too (long|large|big))~context
            (maximum|beyond|over the|not fit|fit in)~context
            \b(prompt|inputs?|messages?|request|text)\b~(longer than|too (long|big))
            \b(prompt|inputs?|messages?|request|text)\b~too large
            \b(prompt|input|sequence) (len|length|size)\b~(greater|larger|bigger|exceed)
            \b(prompt|inputs?|messages?|request|text)\b~(exceed(s|ed)?\b|surpass)
            \b(prompt|inputs?|messages?|request|text)\b~token limit
            \b(prompt|inputs?|messages?)`?~(must have (less|fewer) than|over the limit)
            (conversation|sequence|history)~(too long|longer than|exceed)
            too (long|large|many)~(prompt|input|tokens?|for model)
            max(imum)? (context|prompt|input|sequence|model) (len|tokens|size|window)
            token count~exceed
            exceed~(token limit|number of tokens|max(imum)? tokens)
            (?<!max.)(?<!completion.)(?<!output.)(?<!new.)tokens?\b~(exceed|over)~limit
            tokens?\b~(exceed|over)~window
            reduce (the |your )?(length|size|number) of
            shorten (the |your )(prompt|input)
            range of input length
            \b(prompt|inputs?|messages?)\b:?~\d[\d,]* tokens
            (prompt|input) tokens~(must be|at most|maximum)
            (context|kv cache)~\bfull\b
            zu lang|trop long|demasiado larg|слишком длин|muito long|troppo lung|長すぎ
            tokens`? \+ `?max new tokens
            context (length|window)
            tokens limit reached|exceed context|above max length|string too long
            (上下文|输入|提示|消息|文本|长度|token|prompt)[^\n]{0,20}(过长|超|太长)
            超(出|过|长)[^\n]{0,20}(长度|上下文|token|窗口)
            contexte|contexto|kontext|контекст|コンテキスト|컨텍스트
        """),
        only=(400, 413, 422, 500, 503, None),
        unless=Expressions(r"""
            rate limit|per minute|\b[tr]pm\b
            max(imum)? (completion |new |output )?tokens~(valid range|you requested)
            at most \d+ (completion|output)
            max (completion |output )?tokens`?~(less than or equal|must be|between \d)
            \d+ (images?|tools?|functions?|files?|videos?|stop sequences?|messages)\b
        """),
    ),
)
