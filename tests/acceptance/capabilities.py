"""The capabilities of the platform by id, and those that have no acceptance test yet."""

from __future__ import annotations

CAPABILITIES: dict[str, tuple[str, str]] = {
    "F01": ("居民扫码绑定", "resident binding"),
    "F02": ("网格员录入", "grid entry"),
    "F03": ("人口+房屋库", "person and housing base"),
    "F04": ("特殊人群标注", "special-group tag"),
    "F05": ("分级平台", "one district platform"),
    "F06": ("六类资讯", "six news sections"),
    "F07": ("惠民政策发布", "policy publishing"),
    "F08": ("邀您参与·活动征集", "calls for activities"),
    "F09": ("投票", "votes"),
    "F10": ("问卷", "questionnaires"),
    "F11": ("随手拍·问题举报", "snapshot report"),
    "F12": ("随手拍·点赞", "snapshot praise of good deeds"),
    "F13": ("用户建议", "suggestions and complaints"),
    "F14": ("社区议事", "online deliberation"),
    "F15": ("防疫志愿者招募", "volunteer recruitment"),
    "F16": ("云上网格", "cloud grid"),
    "F17": ("网格员助手", "grid helper"),
    "F18": ("四类网格员", "kinds of grid member"),
    "F19": ("码上缴费", "utility payment"),
    "F20": ("健康码出示", "show health code"),
    "F21": ("行程轨迹申报", "travel declaration"),
    "F22": ("密接筛查", "close-contact screening"),
    "F23": ("核酸结果查看", "test results"),
    "F24": ("风险地区查询", "risk-area query"),
    "F25": ("新蜂生活", "Xinfeng Life marketplace"),
    "F26": ("特价引流", "special offers"),
    "F27": ("线上点单线下配送", "online order, offline delivery"),
    "F28": ("小蜜蜂配送", "Little Bee riders"),
    "F29": ("小蜜蜂兼职网格员·关爱", "riders as part-time grid members"),
    "F30": ("物质积分", "material points"),
    "F31": ("品德积分", "moral points"),
    "F32": ("积分获取", "earning"),
    "F33": ("抵扣上限", "deduction cap"),
    "F34": ("聚合支付", "aggregated payment"),
    "F35": ("合作商户线下抵扣", "offline partner redemption"),
    "F36": ("事件办理", "event handling"),
    "F37": ("好评率", "satisfaction rating"),
    "F38": ("户外码", "outdoor codes"),
    "F39": ("预警", "early warning"),
    "F40": ("知情·参与·监督", "openness"),
    "F41": ("闭环与减负", "lower cost of governing, fewer disputes"),
}
"""Id -> name in Chinese and in English."""
MISSING = frozenset(
    {
    }
)
"""Not shown yet. Only ever shrinks: who writes the acceptance test of a row takes its id out."""
