/**
 * What a refusal says, by its permanent code: code | 发生了什么 | 怎么办 | what happened | what to do. `{n}` is the first
 * number of the server's rule, `{rule}` the rule itself. A code that is not here is told in the server's words.
 */
export const answers = `
offline | 无法连接到服务器。 | 请检查网络后重试；您填写的内容仍在。 | The server cannot be reached. | Check the connection and try again; what you entered is still here.
failed-here | 服务器出现故障，已记录。 | 请稍后重试；若再次发生，请联系我们。 | Something failed at our end; it was noted. | Try again shortly; if it happens again, tell us.
failed-there | 页面出现故障。 | 请重新载入页面；若再次发生，请联系我们。 | This page failed. | Load it again; if it happens again, tell us.
records-away | 暂时无法读取记录。 | 请稍等几秒再试。 | The records cannot be reached for the moment. | Try again in a few seconds.
request-malformed | 请求的格式不对。 | 请重新载入页面后再试。 | The request was not well formed. | Load the page again and try once more.
request-invalid | 此项填写有误。 | {rule} | This is not right yet. | {rule}
requests-too-many | 请求过于频繁。 | 请稍候再试。 | Too many requests. | Wait a moment and try again.
body-large | 内容过大。 | 请缩小后再提交。 | This is too large. | Make it smaller and send it again.
media-unknown | 不接受这种内容。 | 请重新载入页面后再试。 | This kind of content is not accepted. | Load the page again and try once more.
route-unknown | 没有这个地址。 | 请从导航进入。 | There is no such address. | Go by the navigation.
door-unknown | 没有这个入口。 | 请重新载入页面。 | There is no such door. | Load the page again.
invalid-email-or-password | 邮箱或密码不正确。 | 请再试一次；忘记密码可以重新设置。 | The mail address or the password is wrong. | Try again, or choose a new password.
invalid-email | 这不是邮箱地址。 | 请填写完整的邮箱，例如 name@example.cn。 | This is no mail address. | Enter it as a whole: name@example.com.
invalid-password | 密码不正确。 | 请再试一次。 | The password is wrong. | Try again.
password-too-short | 密码太短。 | 至少 12 个字符。 | The password is too short. | At least 12 characters.
password-too-long | 密码太长。 | 最多 256 个字符。 | The password is too long. | At most 256 characters.
password-weak | 密码太短。 | 至少 12 个字符。 | The password is too short. | At least 12 characters.
password-invalid | 密码不符合要求。 | 10 至 128 个字符，不含控制字符。 | The password will not do. | 10 to 128 characters, none of them control characters.
not-admitted | 不能登录。 | 账户可能已停用，或验证码已用过；请等下一个验证码，或联系您的管理员。 | You were not let in. | The account may be disabled, or the code was used before: wait for the next one, or ask your administrator.
failed-to-create-session | 不能登录。 | 账户可能已停用，或验证码已用过；请等下一个验证码，或联系您的管理员。 | You were not let in. | The account may be disabled, or the code was used before: wait for the next one, or ask your administrator.
invalid-code | 验证码不正确。 | 请输入验证器此刻显示的六位数字；用过的要等下一个。 | The code is wrong. | Enter the six digits that the authenticator shows now; after a used one wait for the next.
invalid-backup-code | 恢复码不正确，或已经用过。 | 请换一个没有用过的。 | The recovery code is wrong, or was used before. | Take one that was not used.
invalid-two-factor-cookie | 登录的第一步已经过期。 | 请重新登录。 | The first step of signing in has expired. | Begin anew.
too-many-attempts-request-new-code | 验证码错误次数过多。 | 请重新登录。 | Too many wrong codes. | Begin anew.
account-temporarily-locked | 验证码错误次数过多，暂时不能登录。 | 请稍后再试，或使用通行密钥。 | Too many wrong codes: the account waits. | Try again later, or use a passkey.
tries-too-many | 尝试次数过多。 | 请等待 {n} 秒再试。曾在此登录过的浏览器不受他人尝试的影响。 | Too many tries. | Wait {n} s. A browser that was signed in before is not held up by strangers.
invalid-token | 链接已失效或已用过。 | 请重新索取邮件。 | The link has expired or was used before. | Ask for another mail.
passkey-not-found | 此通行密钥不在这里登记。 | 请用其他方式登录，再在账户中添加。 | This passkey is not registered here. | Sign in another way and add it to your account.
passkey-cancelled | 没有出示通行密钥。 | 可以再试一次，或用密码登录。 | No passkey was shown. | Try again, or sign in with the password.
passkey-known | 此设备已经登记过通行密钥。 | 直接用它登录即可。 | This device has a passkey here already. | Sign in with it.
authentication-failed | 通行密钥未通过验证。 | 请再试一次，或用密码登录。 | The passkey was not accepted. | Try again, or sign in with the password.
challenge-not-found | 等待的时间过长。 | 请再试一次。 | It took too long. | Try again.
session-not-fresh | 登录已有一段时间。 | 请重新登录后再做此操作。 | You signed in a while ago. | Sign in again and repeat this.
sign-in-needed | 尚未登录，或会话已结束。 | 请登录。 | You are not signed in, or the session has ended. | Sign in.
session-needed | 此操作只能由本人登录后进行。 | API 密钥不能代替。 | Only a person who is signed in can do this. | An API key will not do.
second-factor-needed | 此操作需要第二验证因素。 | 请用验证器或通行密钥登录。 | This needs a second factor. | Sign in with an authenticator or a passkey.
second-person-needed | 需要另一个人。 | 请由没有审批过也没有搁置过它的同事来做。 | This needs another person. | Ask a colleague who neither approved nor held it.
right-missing | 您没有此项权限。 | 需要时请联系负责人。 | You do not have the right to do this. | Ask an owner if you need it.
origin-foreign | 请求不是从控制台发出的。 | 请在控制台的页面上操作。 | The request did not come from the console. | Use the console’s own pages.
if-match-stale | 您打开之后，内容已被他人修改。 | 请重新载入，看过新的内容再改。 | Somebody changed this since you opened it. | Load it again, look, and repeat your change.
if-match-missing | 请先读取再修改。 | 请重新载入页面。 | Read it before you change it. | Load the page again.
idempotency-key-used | 这次提交与之前的不同。 | 请重新载入页面后再提交。 | This differs from what was sent before. | Load the page again and send it anew.
cursor-invalid | 翻页的位置已失效。 | 请回到第一页。 | This place in the list is gone. | Go back to the first page.
set-up-needed | 尚未完成首次设置。 | 请打开启动时打印的链接。 | The first set-up is not done. | Open the link that the start printed.
set-up-done | 已经设置过了。 | 请直接登录。 | This is set up already. | Sign in.
token-invalid | 链接不正确，或已失效。 | 在服务器上运行 hostpledge setup-link 可以打印新的链接。 | The link is wrong, or dead. | Run hostpledge setup-link on the server for another.
invitation-expired | 邀请已过期。 | 请邀请您的人重新寄出。 | The invitation has expired. | Ask whoever invited you to send it again.
invitation-unknown | 邀请已被接受、撤回或被新的链接取代。 | 若您已接受，请直接登录；否则请对方重新寄出。 | The invitation was accepted, withdrawn, or replaced by another link. | Sign in if you accepted it; otherwise ask for another.
invitation-open | 此邮箱已有一份未接受的邀请。 | 请重新寄出或撤回那一份。 | This address has an open invitation already. | Send that one again, or withdraw it.
invitation-invalid | 邀请填写有误。 | {rule} | The invitation is not right yet. | {rule}
user-known | 此邮箱已是用户。 | 请换一个邮箱。 | This address is a user’s already. | Take another one.
user-invalid | 用户填写有误。 | {rule} | The user is not right yet. | {rule}
user-self | 不能停用自己。 | 请由另一位负责人操作。 | Nobody shuts themselves out. | Let another owner do it.
user-unknown | 没有这个用户。 | 请回到列表。 | There is no such user. | Go back to the list.
owner-last | 至少要留一位负责人。 | 请先让另一个人成为负责人。 | One owner must remain. | Make somebody else an owner first.
role-invalid | 角色不能这样改。 | 内部人员与客户用户不能互换。 | The role cannot change so. | Staff stay staff, a customer’s users stay the customer’s.
scope-foreign | 其中有您自己没有的权限。 | 请去掉它。 | One of these is a right that you do not have. | Take it out.
key-unknown | 没有这个密钥，或已吊销。 | 请重新载入列表。 | There is no such key, or it is revoked. | Load the list again.
relay-missing | 还没有设置邮件中继。 | 请先设置。 | There is no mail relay yet. | Set one first.
relay-invalid | 中继填写有误。 | {rule} | The relay is not right yet. | {rule}
authority-invalid | 证书内容读不出来。 | 请粘贴完整的 PEM，从 BEGIN 到 END。 | The certificate cannot be read. | Paste the PEM as a whole, from BEGIN to END.
provider-missing | 服务商资料还没有填写。 | 请负责人先完成首次设置。 | The provider’s particulars are missing. | An owner completes the set-up first.
provider-invalid | 服务商资料有误。 | {rule} | The particulars are not right yet. | {rule}
zone-invalid | 没有这个时区。 | 例如 Asia/Shanghai。 | There is no such zone. | Asia/Shanghai is one.
customer-unknown | 没有这位客户。 | 请从客户列表中选择。 | There is no such customer. | Choose one from the list.
customer-invalid | 客户资料有误。 | {rule} | The customer’s particulars are not right yet. | {rule}
host-unknown | 没有这台主机。 | 请从主机列表进入。 | There is no such host. | Go by the list of hosts.
host-released | 主机已释放。 | 请另开一台。 | The host was released. | Order another one.
domain-invalid | 这不是域名。 | 例如 www.example.com，不带 http:// 和路径。 | This is no domain. | Such as www.example.com, without http:// and path.
domain-taken | 此域名已绑定在另一台主机上。 | 若它属于您，请联系客服。 | This domain is bound to another host. | If it is yours, tell support.
domain-ours | 这是控制台自己的名称。 | 请用您自己的域名。 | This is the console’s own name. | Bind a domain of your own.
domain-unbound | 此域名没有绑定在这台主机上。 | 请重新载入页面。 | This domain is not bound to the host. | Load the page again.
domain-first | 这是主机的主域名，不能解除绑定。 | 协议按此域名观测主机；如需更换，请联系我们。 | This is the host’s first domain and stays bound. | The agreement observes the host by it; tell us if it is to be another one.
account-missing | 这台主机没有这个 FTP 账号。 | 请重新载入页面。 | The host has no such FTP account. | Load the page again.
domains-full | 套餐的域名数量已用完。 | 请解绑一个，或换更大的套餐。 | The plan’s domains are all in use. | Unbind one, or take a larger plan.
filing-missing | 缺少域名的备案号。 | 例如 京ICP备12345678号-1。 | The domain’s filing number is missing. | Such as 京ICP备12345678号-1.
filing-invalid | 备案号的格式不对。 | 例如 京ICP备12345678号-1。 | This is no filing number. | Such as 京ICP备12345678号-1.
identity-unchecked | 客户的身份尚未核验。 | 请先完成身份核验。 | The customer’s identity is not checked. | Check it first.
identity-invalid | 证件号码有误。 | {rule} | The number is not right. | {rule}
account-invalid | FTP 账号名不符合要求。 | 2 至 32 个字符：小写字母开头，可用小写字母、数字和 . _ -。 | This name will not do for an FTP account. | 2 to 32 of a-z 0-9 . _ -, beginning with a letter.
account-taken | 这个 FTP 账号名已有人使用。 | 请换一个。 | This FTP account name is taken. | Choose another.
accounts-full | 套餐的 FTP 账号数量已用完。 | 请删去一个，或换更大的套餐。 | The plan’s FTP accounts are all in use. | Remove one, or take a larger plan.
plan-without-ftp | 此套餐不含 FTP。 | 请换含 FTP 的套餐。 | The plan has no FTP. | Take a plan that has.
plan-unknown | 没有这个套餐或版本。 | 请从套餐列表中选择。 | There is no such plan or version. | Choose one from the list.
plan-unpublished | 此版本尚未发布。 | 请先发布。 | This version is not published. | Publish it first.
plan-invalid | 套餐填写有误。 | {rule} | The plan is not right yet. | {rule}
plan-in-test | 阶段不能退回。 | 请选择更靠后的阶段。 | No stage is put back. | Choose a later one.
stage-backwards | 阶段只能向前。 | 请选择更靠后的阶段。 | A stage only moves on. | Choose a later one.
stage-order | 阶段的开始须在前一阶段之后。 | 请改时间。 | A stage begins after the one before it. | Change the time.
problems-missing | 公开测试须公布已知问题。 | 请填写。 | A public test announces its known problems. | Enter them.
plane-unknown | 没有这个主机节点。 | 请先启动一个节点。 | There is no such plane. | Start one first.
prober-unknown | 没有这个探测点。 | 请回到列表。 | There is no such prober. | Go back to the list.
state-forbids | 主机目前的状态不允许此操作。 | 请先看其状态与历史。 | The host’s state does not allow this. | Look at its state and history first.
rule-missing | 关闭主机须写明事先公布的规则。 | 请填写规则。 | A closing names the rule announced beforehand. | Enter it.
fact-late | 记录须按时间顺序。 | 请重新载入后再试。 | Facts are told in the order of time. | Load the page again and repeat it.
agreement-unknown | 没有这份协议。 | 请从列表进入。 | There is no such agreement. | Go by the list.
agreement-known | 这台主机已有协议。 | 请查看现有的一份。 | The host has an agreement already. | Look at that one.
agreement-ended | 协议已经终止。 | 不需要再操作。 | The agreement has ended already. | There is nothing left to do.
document-missing | 文件还没有打印。 | 请先打印。 | The document is not printed yet. | Print it first.
document-signed | 已有签名，内容不能再改。 | 需要更改时请另签补充协议。 | It bears a signature and stays as it is. | Sign an annex to change it.
document-unsigned | 文件还没有签名。 | 请先签署。 | The document bears no signature yet. | Sign it first.
offer-stale | 打印之后内容有变。 | 请重新打印并阅读后再签。 | It changed since it was printed. | Print it again and read it before you sign.
offer-over | 此份已到期。 | 请另行拟定。 | This offer has ended. | Draft another.
already-signed | 这一方已经签过。 | 不需要再签。 | This party has signed already. | There is nothing left to sign.
signer-missing | 还没有签名密钥。 | 请先生成，或上传 P12 文件。 | There is no key to sign with. | Make one, or bring a P12 file.
passphrase-missing | 请输入密钥的口令。 | 即生成密钥时设定的口令。 | The passphrase of the key is missing. | It was chosen when the key was made.
passphrase-short | 口令太短。 | 至少 {n} 个字符。 | The passphrase is too short. | At least {n} characters.
passphrase-wrong | 口令不正确。 | 请再试一次。 | The passphrase is wrong. | Try again.
p12-invalid | P12 文件读不出来。 | 请选择含密钥及其证书的文件。 | The P12 file cannot be read. | Choose one with a key and its certificate.
p12-passphrase | P12 文件的口令不正确。 | 请再试一次。 | The passphrase of the P12 file is wrong. | Try again.
certificate-expired | 证书不在有效期内。 | 请换有效的证书。 | The certificate is not valid now. | Take one that is.
seal-foreign | 个人签名，不盖章。 | 请只选签名。 | A natural person signs and has no seal. | Choose the signature alone.
statement-unknown | 没有这份结算单，或当月尚未判定。 | 请从列表进入。 | There is no such statement, or the month is not judged yet. | Go by the list.
statement-held | 结算单已被搁置。 | 请先解除搁置。 | The statement is held. | Release it first.
statement-free | 结算单没有被搁置。 | 请重新载入页面。 | The statement is not held. | Load the page again.
statement-posted | 结算单已入账，不能再改。 | 之后的更正会成为新的版本。 | The statement is posted and stays. | What comes later makes a new revision.
statement-unchanged | 所知与现有结算单一致。 | 不需要修订。 | What is known says what already stands. | No revision is needed.
approval-needless | 不需要审批。 | 到期会自动入账。 | It needs nobody’s approval. | It posts by itself.
approval-stale | 您打开之后，已有人操作。 | 请重新载入，看过再决定。 | Somebody was there meanwhile. | Load it again and look before you decide.
month-open | 当月还在等待迟到的数据。 | 请过几天再看。 | The month still waits for late data. | Come back in a few days.
month-unknown | 没有这个月份的记录。 | 请选择本月或之前的月份。 | There is nothing of this month. | Choose this month or one before.
month-invalid | 这不是月份。 | 例如 2026-10。 | This is no month. | Such as 2026-10.
cause-unknown | 没有这个原因，或已撤回。 | 请重新载入页面。 | There is no such cause, or it was withdrawn. | Load the page again.
reason-missing | 请写明理由。 | 理由会记入审计。 | Give the reason. | It stands in the audit.
proof-missing | 缺少证据。 | 认定责任须有证据。 | The proof is missing. | Blame needs proof.
proof-contradicts | 证据与结论不符。 | {rule} | The proof says something else. | {rule}
contact-unknown | 没有这个联系方式。 | 请重新载入页面。 | There is no such contact. | Load the page again.
contact-known | 此联系方式已经登记。 | 请查看现有的一条。 | This contact is there already. | Look at that one.
contact-invalid | 联系方式有误。 | {rule} | The contact is not right yet. | {rule}
contacts-full | 联系方式最多 {n} 个。 | 请先删去一个。 | At most {n} contacts. | Remove one first.
persons-full | 联系人最多 {n} 位。 | 请先删去一位。 | At most {n} people. | Remove one first.
person-unknown | 没有这位联系人。 | 请重新载入页面。 | There is no such person. | Load the page again.
person-invalid | 联系人填写有误。 | {rule} | The person is not right yet. | {rule}
code-wrong | 验证码不正确。 | 请核对邮件中的数字，还可以试 {n} 次。 | The code is wrong. | Look at the mail again; {n} tries are left.
code-expired | 验证码已过期。 | 请重新索取。 | The code has expired. | Ask for another.
code-missing | 没有可用的验证码。 | 请先索取。 | There is no code to use. | Ask for one.
code-spent | 验证码错误次数过多。 | 请重新索取。 | This code was tried too often. | Ask for another.
codes-too-many | 一小时内索取次数过多。 | 请稍后再试。 | Too many codes within an hour. | Try again later.
receipt-known | 此收款编号已登记，内容不同。 | 请核对编号。 | This receipt stands with other contents. | Look at the number again.
payment-amount | 金额不符。 | 剩余应付 {n}（最小货币单位）。 | The amount does not fit. | {rule}
payment-future | 付款时间在将来。 | 请填写已经发生的时间。 | The payment lies in the future. | Enter when it happened.
refund-larger | 退款超过可退的金额。 | {rule} | More than can be paid back. | {rule}
payout-larger | 支取超过余额。 | {rule} | More than is there. | {rule}
channel-exhausted | 原付款渠道退不了这么多。 | {rule}；其余可转为余额。 | The payments did not bring that much. | {rule}; the rest can be taken as balance.
payee-missing | 缺少收款账户。 | 请填写户名、开户行和账号。 | The account that it goes to is missing. | Enter name, bank and account number.
transfer-unknown | 没有这笔汇款申请。 | 请从列表进入。 | There is no such transfer. | Go by the list.
transfer-state | 这笔汇款申请已经办结。 | {rule} | This transfer has ended already. | {rule}
amount-invalid | 金额有误。 | 请填写大于零的金额。 | The amount is not right. | Enter one above zero.
bank-missing | 缺少单位的地址、电话和银行账户。 | 开具专用发票需要这些。 | The company’s address, phone and bank account are missing. | A special invoice needs them.
tax-number-missing | 缺少单位税号。 | 请填写。 | The company’s tax number is missing. | Enter it.
invoice-unknown | 没有这张发票。 | 请从列表进入。 | There is no such invoice. | Go by the list.
invoice-larger | 超过可开票的金额。 | {rule} | More than can be invoiced. | {rule}
interval-long | 时间段过长。 | 一次最多 32 天。 | The stretch is too long. | At most 32 days at once.
interval-empty | 结束须在开始之后。 | 请改时间。 | The end comes after the beginning. | Change the times.
contact-codeless | 这种联系方式不用邮件验证码。 | 电话由工作人员致电核实，网络回调用“发送质询”验证。 | No code is mailed to this kind of contact. | A telephone is verified by a call of the staff, a webhook by its challenge.
contact-uncalled | 只有电话才由工作人员致电核实。 | 邮箱请用验证码，网络回调请用质询。 | Only a telephone is verified by a call. | Use a code for an address, a challenge for a webhook.
contact-unchallenged | 只有网络回调才用质询验证。 | 邮箱请用验证码，电话由工作人员致电核实。 | Only a webhook is verified by a challenge. | Use a code for an address; telephones are called by the staff.
call-time | 致电时间不对。 | 应为最近 7 天内、登记这个号码之后的时间。 | The time of the call is not right. | It lies within the last seven days, after the number was recorded.
challenge-unanswered | 网络回调没有正确应答。 | 应在 10 秒内以 200 应答，并原样送回质询。服务器所见：{rule} | The webhook did not answer the challenge. | It answers 200 within ten seconds and gives the challenge back. The server saw: {rule}
end-past | 不能从过去的时间终止。 | 请选择现在或以后的时间；此前的承诺仍然有效。 | It cannot end in the past. | Choose now or later: what was promised until now stands.
source-missing | 有的承诺现在没有数据来源，不能提供。 | 请去掉这些项，或等数据来源恢复：{rule} | Some of these promises have no live source now. | Leave them out, or wait until something observes them: {rule}
sale-missing | 还没有销售协议。 | 质量协议须与销售协议一同生效：请先登记销售协议。 | There is no sales agreement yet. | A quality agreement stands on one: record the sale first.
guarantee-missing | 没有选择任何承诺。 | 请至少选择一项。 | No promise is chosen. | Choose at least one.
guarantee-unknown | 本版协议没有这项承诺。 | 请重新载入页面后再选。 | This edition has no such promise. | Load the page again and choose anew.
sale-overlaps | 与上一期的服务期重叠。 | 续签从上一期结束时或之后开始：{rule} | It overlaps the term before it. | A renewal begins when that ends, or later: {rule}
address-invalid | 地址填写有误。 | {rule} | The address is not right. | {rule}
address-missing | 没有可以寄往的地址。 | 请先登记邮箱。 | There is no address that it can go to. | Enter a mail address first.
already-paid | 已经付过款。 | 请核对收款编号。 | It was paid already. | Look at the receipts.
cause-known | 此原因已登记，内容不同。 | 撤回的原因另立新的一条。 | This cause stands with other contents. | What follows a withdrawn one is a cause of its own.
centre-silent | 服务中心没有回应。 | 请稍后再试。 | The centre does not answer. | Try again shortly.
credit-larger | 未用的预付款不能全部抵扣。 | 请先退回差额。 | More is left of the old term than the new one costs. | Pay the rest back first.
invoice-currency | 各笔收款的币种不同。 | 一张发票只用一种币种。 | The receipts are in several currencies. | One invoice has one currency.
invoice-invalid | 发票填写有误。 | {rule} | The invoice is not right yet. | {rule}
invoice-kind | 专用发票只开给单位。 | 请选择普通发票。 | A special invoice is for companies. | Choose an ordinary one.
invoice-number | 发票号码有误。 | 八位数字，数电票为二十位。 | This is no invoice number. | Eight digits, or twenty of a digital one.
invoice-number-known | 此发票号码已用在另一张上。 | 请核对号码。 | The number stands on another invoice. | Look at it again.
invoice-state | 发票目前的状态不允许此操作。 | 请重新载入页面。 | The invoice’s state does not allow this. | Load the page again.
lowers-paid | 当月已赔付，减少金额须由人决定。 | 请写明理由。 | The month was paid: only a person lowers it. | Give the reason.
month-missing | 缺少月份。 | 例如 2026-10。 | The month is missing. | Such as 2026-10.
password-missing | 缺少密码。 | 请填写。 | The password is missing. | Enter it.
payment-currency | 币种不符。 | 请用销售合同的币种。 | The currency does not fit. | Use that of the sales agreement.
period-invalid | 起止日期有误。 | 请改日期，一次最多十一年。 | The period is not right. | Change the dates; at most eleven years.
picture-checksum | 图片已损坏。 | 请重新导出为 PNG。 | The picture is damaged. | Export it as PNG once more.
picture-chunk | 图片含有不接受的内容。 | 请重新导出为 PNG。 | The picture has parts that are not accepted. | Export it as PNG once more.
picture-dimensions | 图片的尺寸不符。 | {rule} | The picture has the wrong size. | {rule}
picture-kind | 这不是 PNG 图片。 | 请上传 PNG。 | This is no PNG. | Bring a PNG.
picture-large | 图片过大。 | 请缩小后再上传。 | The picture is too large. | Make it smaller.
picture-missing | 缺少图片。 | 请选择一个文件。 | The picture is missing. | Choose a file.
picture-pixels | 图片的像素格式不符。 | {rule} | The picture’s pixels will not do. | {rule}
picture-short | 图片不完整。 | 请重新上传。 | The picture is cut short. | Bring it again.
picture-trailing | 图片后面还有别的内容。 | 请重新导出为 PNG。 | Something follows the picture. | Export it as PNG once more.
receipt-unknown | 没有这笔收款。 | 请从该客户的收款中选择。 | There is no such receipt. | Choose one of this customer’s payments.
reference-missing | 缺少转账编号。 | 请填写银行或支付服务的编号。 | The number of the transfer is missing. | Enter the bank’s or the service’s.
refund-early | 退款早于付款。 | 请改时间。 | The refund comes before the payment. | Change the time.
sale-currency | 币种不符。 | 须与之前的销售合同相同。 | The currency does not fit. | It is that of the sale before.
sale-cut | 此合同已被变更套餐取代。 | 请查看新的一份。 | A change of plan replaced this sale. | Look at the new one.
sale-empty | 结束须在开始之后。 | 请改日期。 | The term ends after it begins. | Change the dates.
sale-invalid | 销售合同填写有误。 | {rule} | The sale is not right yet. | {rule}
sale-known | 此合同编号已用，内容不同。 | 请核对编号。 | This number stands with other contents. | Look at the number again.
sale-unknown | 没有这份销售合同。 | 请从列表进入。 | There is no such sales agreement. | Go by the list.
sale-unreplaced | 变更的时间不在原期限之内。 | 请改时间。 | The change lies outside the term that it replaces. | Change the time.
`;
