"""The self-test: a page for the pop's place in the workbench that tells why a pop would stay blank."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from screenpop.frames import allowed_parents
from screenpop.self_test import server_facts
from screenpop.views.pop import PROBE_COOKIE


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page; its script asks the rest. Open to everybody, as whoever sees a blank pop is not signed in either."""
    data = {
        "server": server_facts(request.get_host(), timezone.now()),
        "allowed": allowed_parents(),
        # Only the simulator understands the report; a real workbench gets no message it does not know.
        "report_to": settings.SIMULATOR_ORIGINS if settings.SIMULATOR else [],
        "checks": check_texts(),
        "summary": {
            "ok": _("没有发现问题"),
            "warn": _("可以使用，有几处要留意"),
            "fail": _("有问题，弹屏可能空白"),
        },
        "states": {"ok": _("通过"), "warn": _("留意"), "fail": _("有问题")},
    }
    response = render(request, "pop/self_test.html", {"data": data})
    # The same cookie as on the pop's own page: whether it comes back with the next request is the first check.
    response.set_cookie(PROBE_COOKIE, "1", secure=True, httponly=True, samesite="None", path="/")
    response.cookies[PROBE_COOKIE]["partitioned"] = True
    return response


def check_texts() -> dict[str, dict[str, list[str]]]:
    """Check → finding → what was found, what to do. Keys stand in static/js/pop/self_test_checks.js."""
    return {
        "server": {
            "title": [_("服务器")],
            "answers": [_("服务器正常回答")],
            "silent": [
                _("服务器没有回答"),
                _("请检查服务是否在运行、防火墙是否放行；证书不被信任时请求也会失败。"),
            ],
        },
        "cookie": {
            "title": [_("Cookie")],
            "kept": [_("框架里的 Cookie 能带回服务器")],
            "lost": [
                _("浏览器没有把框架里的 Cookie 带回来"),
                _("登录请用弹屏里的“在新窗口登录”；或升级浏览器，并取消“阻止所有 Cookie”。"),
            ],
            "unknown": [_("服务器没有回答，无法判断"), _("先解决服务器的问题。")],
        },
        "session": {
            "title": [_("登录")],
            "in": [_("已登录弹屏")],
            "out": [
                _("还没有登录弹屏"),
                _("在弹屏页面里登录一次，%(days)d 天内不用再登录。")
                % {"days": settings.POP_SESSION_AGE // 86400},
            ],
            "unknown": [_("服务器没有回答，无法判断"), _("先解决服务器的问题。")],
        },
        "storage": {
            "title": [_("本地存储")],
            "usable": [_("浏览器允许本页保存草稿")],
            "refused": [
                _("浏览器不允许在框架里保存数据：备注只在页面里，刷新前要等它显示“已保存”"),
                _("可在浏览器的隐私设置里允许工作台网站使用第三方 Cookie；不改也能使用。"),
            ],
        },
        "framed": {
            "title": [_("框架")],
            "framed": [_("本页在工作台的框架里")],
            "top": [
                _("本页是单独打开的，没有在工作台里"),
                _(
                    "把来电弹屏的地址换成本页的地址，刷新工作台后再看。工作台里仍是空白，就是它的网站不在允许列表里：{allowed}"
                ),
            ],
        },
        "parent": {
            "title": [_("工作台网站")],
            "allowed": [_("{parent} 在允许列表里")],
            "foreign": [
                _("{parent} 不在允许列表里，弹屏会空白，也不能拨号"),
                _("请管理员把它加进 TCCC_FRAME_ANCESTORS，重启服务。现在允许的是：{allowed}"),
            ],
            "untold": [
                _("这个浏览器不说明本页被谁嵌入"),
                _("请人工核对工作台的网址是否在允许列表里：{allowed}"),
            ],
            "top": [_("没有在框架里，无从检查"), _("请在工作台里打开本页。")],
        },
        "secure": {
            "title": [_("HTTPS")],
            "secure": [_("连接是安全的")],
            "insecure": [
                _("本页不是安全的 HTTPS 页面，Cookie 会被丢弃"),
                _("请用 https:// 开头的地址；工作台里的弹屏地址也要改。"),
            ],
        },
        "certificate": {
            "title": [_("证书")],
            "good": [_("证书还有 {days} 天到期")],
            "soon": [
                _("证书 {days} 天后到期"),
                _("请在到期前更换证书（TLS_CERT、TLS_KEY）并重启服务。"),
            ],
            "expired": [_("证书已过期"), _("请更换证书（TLS_CERT、TLS_KEY）并重启服务。")],
            "self-signed": [
                _("证书是自己签发的，每台电脑都要先接受它，否则弹屏空白且没有任何提示"),
                _("请在每台电脑的新标签页里打开一次弹屏地址并继续；正式使用请换成受信任的证书。"),
            ],
            "unknown": [
                _("浏览器接受了这个证书；脚本看不到是谁签发的，也看不到何时到期"),
                _("私有 CA 或自签证书要在每台电脑上先安装或接受；请人工查看到期日。"),
            ],
        },
        "clock": {
            "title": [_("时钟")],
            "close": [_("本机与服务器的时间相差不到 {limit} 秒")],
            "ahead": [
                _("本机的时间比服务器快 {seconds} 秒"),
                _("请打开本机的自动校时；通话时间以服务器为准。"),
            ],
            "behind": [
                _("本机的时间比服务器慢 {seconds} 秒"),
                _("请打开本机的自动校时；通话时间以服务器为准。"),
            ],
            "unknown": [_("服务器没有回答，无法判断"), _("先解决服务器的问题。")],
        },
        "address": {
            "title": [_("内网地址")],
            "public": [_("{host} 是公网地址")],
            "private": [
                _(
                    "{host} 是内网地址：公网上的工作台要有“本地网络访问”权限才能嵌入它（Chrome 142 起）"
                ),
                _(
                    "请用浏览器策略 LocalNetworkAccessAllowedForUrls 允许工作台的网址，或让弹屏使用公网地址。"
                ),
            ],
            "unknown": [
                _("服务器查不到 {host} 的地址"),
                _(
                    "如果它是内网地址，请用浏览器策略 LocalNetworkAccessAllowedForUrls 允许工作台的网址。"
                ),
            ],
        },
        "hash": {
            "title": [_("来电参数")],
            "none": [
                _("还没有收到来电参数"),
                _("请打一个测试电话，本页会立即显示。弹屏地址里不能有 # 和 ?。"),
            ],
            "heard": [_("已收到 {count} 个参数：{names}")],
            "damaged": [
                _("收到了参数，但有文字无法读出：{names}"),
                _("多半是工作台一侧没有按 UTF-8 编码；号码不受影响。"),
            ],
            "useless": [
                _("收到的内容里没有号码，也没有用户 ID：{names}"),
                _("请核对工作台的来电弹屏设置。"),
            ],
        },
    }
