//! The estimate, beside what OpenAI's own tokenizer (o200k) counts in the same texts.

use super::*;

#[test]
fn it_is_never_less_and_not_much_more() {
    let counted = [
        (
            "The meeting was moved to Thursday, because the room was taken by another group. Please bring the printed report and your own copy of the minutes, as we will have to vote on both.",
            38,
        ),
        (
            "Die Besprechung wurde auf Donnerstag verschoben, weil der Raum von einer anderen Gruppe belegt war. Bitte bringen Sie den gedruckten Bericht und Ihre Übersicht über die Beschlüsse mit.",
            38,
        ),
        (
            "La réunion a été déplacée à jeudi, parce que la salle était occupée par un autre groupe. Apportez s'il vous plaît le rapport imprimé et votre propre copie du procès-verbal.",
            41,
        ),
        (
            "Встреча перенесена на четверг, потому что комната была занята другой группой. Пожалуйста, принесите распечатанный отчёт и свою копию протокола, так как нам придётся голосовать по обоим.",
            51,
        ),
        (
            "Η συνάντηση μεταφέρθηκε την Πέμπτη, επειδή η αίθουσα ήταν κατειλημμένη από άλλη ομάδα. Παρακαλώ φέρτε την τυπωμένη έκθεση και το δικό σας αντίγραφο των πρακτικών.",
            56,
        ),
        (
            "تم نقل الاجتماع إلى يوم الخميس لأن القاعة كانت مشغولة من قبل مجموعة أخرى. يرجى إحضار التقرير المطبوع ونسختك الخاصة من المحضر لأننا سنصوت على كليهما.",
            45,
        ),
        (
            "הפגישה הועברה ליום חמישי, מכיוון שהחדר היה תפוס על ידי קבוצה אחרת. אנא הביאו את הדוח המודפס ואת העותק שלכם של הפרוטוקול.",
            47,
        ),
        (
            "बैठक गुरुवार को स्थानांतरित कर दी गई, क्योंकि कमरा किसी अन्य समूह ने ले लिया था। कृपया मुद्रित रिपोर्ट और कार्यवृत्त की अपनी प्रति साथ लाएँ।",
            44,
        ),
        ("การประชุมถูกเลื่อนไปเป็นวันพฤหัสบดี เพราะห้องถูกกลุ่มอื่นใช้ กรุณานำรายงานที่พิมพ์แล้วและสำเนารายงานการประชุมของคุณมาด้วย", 49),
        (
            "会议改到星期四,因为房间被另一个小组占用了。请带上打印好的报告和你自己的会议记录副本,因为我们要对两者进行表决。",
            41,
        ),
        (
            "会議室が別のグループに使われていたため、会議は木曜日に変更されました。印刷した報告書とご自身の議事録のコピーをお持ちください。",
            47,
        ),
        (
            "회의실을 다른 그룹이 사용하고 있어서 회의가 목요일로 옮겨졌습니다. 인쇄된 보고서와 본인의 회의록 사본을 가져와 주십시오.",
            40,
        ),
        (
            "fn main() {\n    let x: Vec<u32> = (0..10).filter(|n| n % 2 == 0).map(|n| n * n).collect();\n    println!(\"{:?} {}\", x, x.len());\n}\n",
            52,
        ),
        (
            "{\"id\":\"chatcmpl-CQ5nYSKtYHwQ8ScNyVkYfLxqvzUTo\",\"created\":1790000000,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}",
            55,
        ),
        ("Great 🎉🎉 see you 👩\u{200d}👩\u{200d}👧\u{200d}👦 at 7 🌍❤\u{fe0f}", 24),
        ("3.14159265358979 1795608030000 2026-11-25T12:00:00Z +49 30 1234567", 35),
        ("შეხვედრა ხუთშაბათისთვის გადაიდო, რადგან ოთახი სხვა ჯგუფს ეკავა.", 24),
        (
            "Cuộc họp được chuyển sang thứ Năm vì phòng đã bị một nhóm khác sử dụng. Vui lòng mang theo báo cáo đã in và bản sao biên bản của bạn.",
            38,
        ),
    ];
    for (text, exact) in counted {
        let estimated = estimate(text);
        assert!((exact..=exact * 8 / 5).contains(&estimated), "{estimated} for {exact}: {text}");
    }
}

#[test]
fn nothing_is_nothing() {
    assert_eq!(estimate(""), 0);
    assert_eq!(estimate("a"), 1);
}
