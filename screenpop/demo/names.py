"""Names of invented people and firms."""

from random import Random

from screenpop.demo.draw import pick


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
RARE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "单", "解", "覃", "缪", "翟", "仇")
GIVEN_NAMES = _split(
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 "
    "秀英 建华 建国 建军 志强 志伟 志明 国强 国庆 海燕 晓燕 晓明 晓红 晓东 小红 "
    "小平 文杰 文静 文博 俊杰 俊峰 嘉豪 嘉欣 家辉 家豪 佳怡 佳琪 雨涵 雨桐 梓涵 "
    "梓萱 欣怡 思远 思琪 子轩 子涵 浩然 浩宇 宇轩 宇航 一鸣 一凡 天宇 天佑 婷婷 "
    "丽华 丽娟 丽萍 玉兰 玉梅 玉珍 春梅 春燕 秋菊 冬梅 红梅 雪梅 雪松 金凤 金花 "
    "凤英 凤霞 兰英 桂兰 桂芳 淑华 淑珍 淑芬 美玲 美华 美娟 慧敏 慧玲 惠芳 爱华 "
    "爱国 爱民 永强 永明 永生 德华 德明 德胜 光辉 光明 庆华 庆丰 海波 海涛 海峰 "
    "海龙 江涛 江华 立新 立军 立群 立伟 少华 少杰 少峰 世杰 世豪 绍辉 泽宇 泽洋 "
    "振华 振宇 振国 正华 正强 志刚 志勇 志华 志鹏 中华 忠明 仲良 自强 宗明 祖明 "
    "卫东 卫国 卫平 文华 文涛 文斌 文辉 文龙 武军 先明 贤明 显峰 祥明 向东 向阳 "
    "晓波 晓峰 晓琳 晓玲 晓丹 晓霞 新华 新民 兴华 秀兰 秀珍 秀芳 旭东 学军 学文 "
    "雅琴 雅静 亚楠 亚军 艳红 艳丽 燕玲 阳光 洋洋 怡然 艺涵 益民 毅然 银花 英杰 "
    "莹莹 颖慧 友谊 宇晨 玉华 玉明 裕民 元庆 远航 月华 云飞 云鹏 运来 泽民 展鹏 "
    "兆丰 哲瀚 珍珍 "
)
FIRM_PLACES = _split(
    "深圳 广州 北京 上海 杭州 成都 武汉 南京 苏州 东莞 佛山 西安 青岛 厦门 长沙 宁波"
)
FIRM_NAMES = _split(
    "华星 联创 宏达 恒通 鑫源 天瑞 博远 中科智 金桥 新锐 远航 瑞丰 德信 启明 海川 汇通 嘉业 佳美 同创 百川 "
    "立信 安泰 永盛 万合 卓越 飞腾 云帆 晨光 东方红 南方 华东 顺达 优品 盛世 国泰 众合 信达 广源 长青 智联"
)
FIRM_TRADES = _split(
    "电子 科技 贸易 物流 医疗器械 餐饮管理 教育咨询 装饰工程 机电设备 "
    "服装 食品 网络技术 汽车服务 文化传媒 建材 环保 旅行社"
)
TITLES = _split(
    "采购经理 财务 行政主管 总经理 销售经理 仓库主管 前台 人事专员 "
    "运营总监 技术支持 店长 会计 项目经理 助理 售后主管 法人"
)
TAGS = _split(
    "老客户 月结 可开专票 易投诉 学校 代理商 工程客户 会员 微信客户 合同到期 对价格敏感 需要回访"
)
NICKNAME_ENDS = ("", "", "～", "妈妈", "爸爸", "🌸", "同学", "_sz", "2024", "在路上")


def person_name(rng: Random) -> str:
    """A full name, rarely with a rare or double surname."""
    surname = pick(rng, RARE_SURNAMES) if rng.random() < 0.01 else pick(rng, SURNAMES)
    return surname + pick(rng, GIVEN_NAMES)


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a name that was made here."""
    cut = 2 if name[:2] in RARE_SURNAMES else 1
    return name[:cut], name[cut:]


def firm_name(rng: Random) -> str:
    """深圳华星电子有限公司."""
    tail = "股份有限公司" if rng.random() < 0.1 else "有限公司"
    place, name, trade = pick(rng, FIRM_PLACES), pick(rng, FIRM_NAMES), pick(rng, FIRM_TRADES)
    return f"{place}{name}{trade}{tail}"


def nickname(rng: Random, name: str) -> str:
    """What somebody might be called in WeChat."""
    given = name[-1]
    return pick(rng, [f"小{given}", given + given, f"阿{given}", name]) + pick(rng, NICKNAME_ENDS)
