package reading

// What is known of hosts. The kinds and prefectures of .jp are JPRS's attribute and geographic types; the hosts are
// the large ones of their kind, from general knowledge.
var (
	jpKinds          = headsOf("co or ne ac ad ed go gr lg")
	prefectureLabels = headsOf(`hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo
		kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka hyogo nara
		wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki kumamoto
		oita miyazaki kagoshima okinawa sapporo sendai yokohama kawasaki nagoya kobe kitakyushu`)
	topLevels   = headsOf("jp com net org biz info")
	files       = headsOf("html htm shtml php pdf asp aspx cgi jsp jpg jpeg png gif txt xls xlsx doc docx")
	sharedHosts = headsOf(`
		facebook.com fb.com instagram.com twitter.com x.com t.co youtube.com youtu.be line.me lin.ee tiktok.com
		threads.net linkedin.com note.com note.mu mixi.jp pinterest.com pinterest.jp ameblo.jp ameba.jp linktr.ee
		lit.link select-type.com google.com google.co.jp goo.gl goo.ne.jp bit.ly yahoo.co.jp yahoo.com geocities.jp
		geocities.co.jp wikipedia.org forms.gle g.page

		indeed.com rikunabi.com r-agent.com townwork.net froma.com hatalike.jp toranet.jp airregi.jp arwrk.net
		mynavi.jp mynavi-agent.jp mynavi-job20s.jp mynavi-creator.jp mynavi-ms.jp mynavi-kaigo.jp doda.jp doda-x.jp
		en-japan.com en-gage.net en-ambi.com en-hyouban.com en-courage.com bizreach.jp hrmos.co careertrek.com
		green-japan.com wantedly.com herp.careers talentio.com jobcan.jp job-gear.net saiyo.page kyujinbox.com
		xn--pckua2a7gp15o89zb.com 求人ボックス.com kyujin.box baitoru.com hatarako.net machbaito.jp weban.jp jobsense.jp
		arubaito-ex.jp gakubaito.com sharefull.com lacotto.jp shufu-job.jp joboplite.jp e-aidem.com
		hatarakunavi.net jobhouse.jp type.jp woman-type.jp re-katsu.jp shigotonavi.co.jp jobmedley.com
		job-medley.com kaigojob.com minnanokaigo.com kaigo-kyuujin.com kaigoworker.jp kaigo-work.jp care-mane.com
		hoikushibank.com hoiku-box.net guppy.jp kango-roo.com nursejinzaibank.com co-medical.com m3career.com
		fukushi-work.jp doraever.jp cookbiz.jp inshokuten.com relax-job.com careerjet.jp careerindex.jp stanby.com
		jobrapido.com glassdoor.com openwork.jp vorkers.com jobtalk.jp syukatsu-kaigi.jp onecareer.jp
		gaishishukatsu.com offerbox.jp career-tasu.jp hellowork.go.jp

		homes.co.jp suumo.jp hotpepper.jp tabelog.com gnavi.co.jp retty.me ekiten.jp epark.jp itp.ne.jp
		navitime.co.jp mapion.co.jp mapfan.com rakuten.co.jp amazon.co.jp jalan.net minkou.jp caloo.jp qlife.jp
		myclinic.ne.jp clinic.ne.jp alarmbox.jp baseconnect.in musubu.in salesnow.jp prtimes.jp mhlw.go.jp
		wam.go.jp npo-homepage.go.jp canpan.info care-net.biz h-navi.jp snabi.jp kaigodb.com oasisnavi.jp
		sagasix.jp r.goope.jp hp.kaipoke.biz big-advance.site tkcnf.com gogo.jp

		ocn.ne.jp plala.or.jp so-net.ne.jp biglobe.ne.jp nifty.com dti.ne.jp asahi-net.or.jp infoweb.ne.jp
		dion.ne.jp au-net.ne.jp auone-net.jp eonet.ne.jp zaq.ne.jp home.ne.jp odn.ne.jp wakwak.com wind.ne.jp
		tokai.or.jp tiki.ne.jp synapse.ne.jp saganet.ne.jp bbiq.jp pikara.ne.jp megaegg.ne.jp enjoy.ne.jp
		hi-ho.ne.jp sannet.ne.jp tnc.ne.jp commufa.jp coralnet.or.jp janis.or.jp gmail.com googlemail.com
		icloud.com me.com mac.com outlook.com outlook.jp hotmail.com hotmail.co.jp live.jp msn.com aol.com
		excite.co.jp ymail.ne.jp ybb.ne.jp docomo.ne.jp mopera.net ezweb.ne.jp au.com uqmobile.jp softbank.ne.jp
		softbank.jp vodafone.ne.jp disney.ne.jp ymobile.ne.jp`)
	rentedHosts = headsOf(`
		jimdo.com jimdofree.com jimdosite.com wixsite.com wix.com blogspot.com fc2.com web.fc2.com sakura.ne.jp
		xsrv.jp lolipop.jp heteml.jp wordpress.com weebly.com webnode.jp webnode.com business.site peraichi.com
		goope.jp crayonsite.com crayonsite.net crayonsite.info strikingly.com studio.site amebaownd.com themedia.jp
		shopinfo.jp localinfo.jp theblog.me storeinfo.jp base.shop thebase.in stores.jp coocan.jp la.coocan.jp
		hp-ez.com secret.jp chicappa.jp main.jp sub.jp p-kit.com mystrikingly.com site-builder.jp hatenablog.com
		hatenablog.jp livedoor.jp livedoor.blog seesaa.net cocolog-nifty.com exblog.jp jugem.jp github.io pages.dev
		netlify.app vercel.app web.app conohawing.com xsrv.net wpx.jp wpxblog.jp kir.jp moo.jp ciao.jp kaipoke.biz
		xdomain.jp server-shared.com xrea.com mond.jp canva.site starfree.jp pupu.jp npo-jp.net jpn.com jp.net
		webcrow.jp ti-da.net ecnet.jp ec-net.jp shakyo.or.jp e-doctor.info byoinnavi.jp flips.jp best-hp.jp
		notion.site jbplt.jp snar.jp hp-recruit.jp`)
)
