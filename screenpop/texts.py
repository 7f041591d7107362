"""The words that the page's scripts show, translated on the server."""

from django.utils.translation import gettext as _


def pop_texts() -> dict[str, str]:
    """Key → text. Keys stand in static/js/pop/."""
    return {
        "offline": _("连接中断，正在重试；来电和备注都会保留"),
        "callWaiting": _("有来电，登录后显示"),
        "saved": _("已保存"),
        "saving": _("保存中…"),
        "draftOffline": _("未保存，连接恢复后自动保存"),
        "conflict": _("另一处也改了这条备注，两份都在下面"),
        "noStorage": _("浏览器不允许在此保存草稿，请不要关闭页面"),
        "noteTooLong": _("备注太长，最多 20000 字"),
        "notFramed": _("请在腾讯云联络中心工作台里打开本页再拨号"),
        "parentUnknown": _(
            "本页所在的网站不在允许列表里，无法拨号。请管理员检查 TCCC_FRAME_ANCESTORS："
        ),
        "dialled": _("已请工作台拨号"),
        "sendNotFramed": _("请在腾讯云联络中心工作台里打开本页再发送"),
        "sendParentUnknown": _(
            "本页所在的网站不在允许列表里，无法发送。请管理员检查 TCCC_FRAME_ANCESTORS："
        ),
        "handedOver": _("已交给工作台发送"),
        "unsentTexts": _("没有发出的文字"),
        "unsentWords": _("会话已结束，下面的文字没有发出。"),
        "unsentCopy": _("复制"),
        "unsentNote": _("加到备注"),
        "unsentDrop": _("不要了"),
        "loading": _("正在读取…"),
        "tryAgain": _("再试一次"),
        "unsaved": _("备注还没有保存，请稍后再退出"),
        "copied": _("已复制"),
        "copyFailed": _("浏览器不允许复制，请手动选取"),
        "failed": _("没有成功，请再试一次"),
        "noCookie": _("浏览器没有保留本页的登录信息（Cookie）"),
        "popupBlocked": _("浏览器拦截了登录窗口，请允许弹出窗口后再点一次"),
        "popupHint": _("请在新窗口里完成登录"),
        "signedOut": _("登录已过期，请重新登录；卡片和文字都还在"),
        "newCall": _("新来电"),
        "otherText": _("另一份"),
        "unsavedChip": _("未保存"),
        "conflictChip": _("两份备注"),
        "wrapUpChip": _("待小结"),
        "justNow": _("刚刚"),
        "minutes": _("{n} 分钟"),
        "nobody": _("未登记的号码"),
        "nothingUnfinished": _("没有未完成的卡片"),
        "pressKey": _("请按键…"),
        "keysOn": _("快捷键已启用"),
        "keysOff": _("快捷键已关闭"),
        "keysReset": _("已恢复默认"),
        "keySaved": _("已改为 {key}"),
    }
